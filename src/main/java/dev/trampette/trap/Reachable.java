package dev.trampette.trap;

import dev.trampette.call.ImageException;
import dev.trampette.crossing.MachineInstruction;
import dev.trampette.crossing.Unexecutable;
import dev.trampette.crossing.Unexecutable.Group;
import dev.trampette.image.Code;
import dev.trampette.image.Disassembly;
import dev.trampette.object.ElfSection;
import dev.trampette.object.ForeignObject;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The instructions that a routine can come to, by its direct jumps and calls: so that one which nobody can answer is
/// known before anything runs, and data behind a routine is not taken for one.
public final class Reachable {

    private static final Pattern BRANCH = Pattern.compile(
            "(?:bnd |notrack )?(jmp|j\\w+|call|loop\\w*|xbegin)\\s+(?:short )?0x([0-9a-f]+)\\b.*");
    private static final Pattern END = Pattern.compile(
            "(?:\\w+ )*(?:ret[fqw]*|lret\\w*|iret\\w*|jmp|ud2|sysret\\w*|sysexit\\w*)\\b.*");

    /// So much of a section is disassembled from an entry on, and so often.
    private static final int MOST_BYTES = 16 << 10;
    private static final int MOST_PIECES = 32;

    private final ForeignObject object;
    private final NavigableMap<Long, String> known = new TreeMap<>();
    private final Set<Long> seen = new HashSet<>();
    private final Deque<Long> open = new ArrayDeque<>();
    private int pieces;

    private Reachable(ForeignObject object) {
        this.object = object;
    }

    /// The first instruction that a routine can come to and that nobody can answer: `VMRUN at enter+0x12`.
    ///
    /// @throws ImageException when there is no objdump
    public static Optional<String> unanswerable(ForeignObject object, Code code) {
        return find(object, code, one ->
                !one.isAnswered() && one.group() != Group.SYSTEM_CALL);
    }

    /// The first system call that a routine can come to. In a kernel that runs on Xen it is a hypercall; here it would
    /// be one of this system.
    ///
    /// @throws ImageException when there is no objdump
    public static Optional<String> systemCall(ForeignObject object, Code code) {
        return find(object, code, one -> one.group() == Group.SYSTEM_CALL);
    }

    /// A shared object belongs to processes, and its system calls are this system's.
    private static Optional<String> find(ForeignObject object, Code code, Predicate<Unexecutable> wanted) {
        if (object.bias() != 0 || object.elf().sections().stream().filter(ElfSection::isExecutable).noneMatch(section ->
                mayHold(object.elf().bytes(section), wanted))) {
            return Optional.empty();
        }
        return new Reachable(object).from(code.entry().address(), wanted);
    }

    private static boolean mayHold(byte[] code, Predicate<Unexecutable> wanted) {
        return Unexecutable.all().stream().filter(wanted).anyMatch(one -> isIn(code, one.opcode()));
    }

    private static boolean isIn(byte[] code, byte[] part) {
        for (int at = 0; at + part.length <= code.length; at++) {
            if (Arrays.equals(code, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private Optional<String> from(long entry, Predicate<Unexecutable> wanted) {
        open.add(entry);
        while (!open.isEmpty()) {
            Optional<String> found = straight(open.remove(), wanted);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// From an address on, up to where it does not go on.
    private Optional<String> straight(long from, Predicate<Unexecutable> wanted) {
        for (Long at = from; at != null && seen.add(at) && read(at);) {
            String text = known.get(at);
            Optional<Unexecutable> found = machine(at).flatMap(machine -> Unexecutable.all().stream()
                    .filter(one -> one.is(machine)).findFirst()).filter(wanted);
            if (found.isPresent()) {
                return Optional.of("%s at %s".formatted(found.get().name(),
                        object.locate(at).orElse("0x%x".formatted(at))));
            }
            Matcher branch = BRANCH.matcher(text);
            if (branch.matches()) {
                open.add(Long.parseUnsignedLong(branch.group(2), 16));
            }
            at = END.matcher(text).matches() ? null : known.higherKey(at);
        }
        return Optional.empty();
    }

    /// Whether an instruction is known at an address; reads a piece when none is.
    private boolean read(long at) {
        if (known.containsKey(at)) {
            return true;
        }
        byte[] code = bytes(at, MOST_BYTES);
        if (code.length == 0 || pieces++ == MOST_PIECES) {
            return false;
        }
        Disassembly.required(code, at).forEach(line -> known.putIfAbsent(line.address(), line.text()));
        return known.containsKey(at);
    }

    private Optional<MachineInstruction> machine(long at) {
        byte[] code = bytes(at, MachineInstruction.LONGEST);
        return code.length == 0 ? Optional.empty() : Optional.of(MachineInstruction.of(ByteBuffer.wrap(code)));
    }

    /// As the file has them: where traps are now, the instructions were.
    private byte[] bytes(long at, int most) {
        long address = at - object.bias();
        return object.elf().sections().stream().filter(section -> section.isExecutable() && section.isAllocated()
                && section.contains(address)).findFirst().map(section -> {
                    byte[] all = object.elf().bytes(section);
                    int begin = (int) Math.min(all.length, address - section.address());
                    return Arrays.copyOfRange(all, begin, Math.min(all.length, begin + most));
                }).orElse(new byte[0]);
    }
}
