package dev.trampette.verify.walk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trampette.image.Pages;
import dev.trampette.verdict.Rule;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Where indirect branches are tracked, a routine that others reach by its address begins with ENDBR64 (SDM volume 1,
/// "Control-flow Enforcement Technology").
public final class EntryRule implements Looker {

    private static final byte[] ENDBR64 = {(byte) 0xf3, 0x0f, 0x1e, (byte) 0xfa};

    @Override
    public void look(Walk walk) {
        if (!walk.trial().contract().promises().isTracked() || walk.executed() == 0) {
            return;
        }
        MemorySegment entry = walk.trial().target().code().entry();
        if (!Pages.isMapped(entry.address(), ENDBR64.length) || !Arrays.equals(ENDBR64,
                MemorySegment.ofAddress(entry.address()).reinterpret(ENDBR64.length).toArray(JAVA_BYTE))) {
            walk.c().broken(Rule.ENDBR, "the entry is no endbr64", walk.instruction(0));
        }
    }
}
