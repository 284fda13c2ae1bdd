package dev.trampette.shim.tdx;

/// A private page as operands name it: bits 2:0 level, bits 51:12 address (TDX module specification, "GPA Mapping").
///
/// @param gpa where it begins
/// @param level 0 for 4 KiB, 1 for 2 MiB, 2 for 1 GiB
record PageMapping(long gpa, int level) {

    /// The page that an operand names, or null: a reserved bit, a level that is too high, not aligned, or not private.
    static PageMapping of(long operand, int highest) {
        PageMapping page = new PageMapping(operand & ~7, (int) operand & 7);
        return page.level <= highest && page.gpa % page.size() == 0 && GuestMemory.isPrivate(page.gpa) ? page : null;
    }

    /// Its size in bytes.
    long size() {
        return (long) GuestMemory.PAGE << 9 * level;
    }
}
