package dev.trampette.image;

import dev.trampette.call.ImageException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/// Loaded code once more, with its data, at another place, which can be changed. All that is relative goes along; an
/// absolute address still means the original.
///
/// The pages stay mapped.
public final class CodeCopy {

    /// Offsets are below this: a page, so that a place is any place in it.
    public static final int OFFSETS = (int) Pages.PAGE;

    private final List<MemorySegment> parts;
    private final long start;
    private final Pages.Access access;
    private final MemorySegment pages;
    private int offset;

    private CodeCopy(List<MemorySegment> parts, Pages.Access access) {
        this.parts = List.copyOf(parts);
        this.access = access;
        this.start = parts.stream().mapToLong(MemorySegment::address).min().orElseThrow();
        long end = parts.stream().mapToLong(part -> part.address() + part.byteSize()).max().orElseThrow();
        long size = Pages.whole(end - start + OFFSETS);
        this.pages = Pages.map(size, Pages.Access.READ_WRITE)
                .orElseThrow(() -> new ImageException("no memory for code, size=" + size));
    }

    /// Copy code that does not write into itself: the wrappers of an image.
    ///
    /// @param image whose wrappers are copied
    /// @return the copy, which is no code before [#move]
    /// @throws ImageException when the system has no memory for it
    public static CodeCopy of(Image image) {
        return new CodeCopy(List.of(image.code()), Pages.Access.READ_EXECUTE);
    }

    /// Copy code and its data.
    ///
    /// @param parts memory that can be read, with as much between as they have now
    /// @return the copy, which is no code before [#move]
    /// @throws ImageException when the system has no memory for it
    public static CodeCopy of(List<MemorySegment> parts) {
        return new CodeCopy(parts, Pages.Access.READ_WRITE_EXECUTE);
    }

    /// Make the copy anew, somewhere else.
    ///
    /// @param place where the first part begins, from the beginning of a page: below [#OFFSETS]
    /// @param change is made before it is code
    /// @throws ImageException when the system allows no code in anonymous memory
    public void move(int place, Consumer<CodeCopy> change) {
        allow(Pages.Access.READ_WRITE);
        offset = place;
        parts.forEach(part -> at(part.address(), part.byteSize()).copyFrom(part));
        change.accept(this);
        allow(access);
    }

    private void allow(Pages.Access wanted) {
        if (!Pages.protect(pages, wanted)) {
            throw new ImageException("this system does not allow code in anonymous memory");
        }
    }

    /// Where something is in the copy.
    ///
    /// @param address in the original
    /// @param size in bytes
    /// @return the same bytes of the copy
    public MemorySegment at(long address, long size) {
        return pages.asSlice(address - start + offset, size);
    }
}
