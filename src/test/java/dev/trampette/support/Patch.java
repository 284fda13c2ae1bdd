package dev.trampette.support;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trampette.image.Image;
import dev.trampette.image.Pages;
import java.lang.foreign.MemorySegment;

/// Other bytes in the code of the shim image, until it is closed. No other thread may be in the wrappers.
final class Patch implements AutoCloseable {

    private static final long PAGE = 4096;

    private final MemorySegment code;
    private final byte[] original;

    Patch(Mutant mutant) {
        code = MemorySegment.ofAddress(Image.shim().address(mutant.symbol()).address() + mutant.offset())
                .reinterpret(mutant.code().length);
        original = code.toArray(JAVA_BYTE);
        write(mutant.code());
    }

    @Override
    public void close() {
        write(original);
    }

    private void write(byte[] bytes) {
        long start = code.address() & -PAGE;
        long end = code.address() + code.byteSize() + PAGE - 1 & -PAGE;
        MemorySegment pages = MemorySegment.ofAddress(start).reinterpret(end - start);
        allow(pages, Pages.Access.READ_WRITE);
        code.copyFrom(MemorySegment.ofArray(bytes));
        allow(pages, Pages.Access.READ_EXECUTE);
    }

    private static void allow(MemorySegment pages, Pages.Access access) {
        if (!Pages.protect(pages, access)) {
            throw new IllegalStateException("the system lets nobody change code");
        }
    }
}
