package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;

import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The private pages of a TD: which are accepted, at which level, and what the VMs of the TD may do with them (TDX
/// module specification, TDG.MEM.PAGE.ACCEPT, TDG.MEM.PAGE.ATTR.RD, TDG.MEM.PAGE.ATTR.WR).
///
/// Behind the module is a host that keeps its promises: where an access would leave the TD with an EPT violation, the
/// page is there when the TD comes back. An unknown page is pending at the level that was asked for (4 KiB for
/// ATTR.RD), and a large page is split when a small one of it is asked for.
///
/// Four sets of 16 attributes, VM 0 (the TD itself) in bits 15:0. A set that is written without its valid bit is left
/// alone; reserved bits, and W without R, are PAGE_ATTR_INVALID:
///
/// ```
///   15    14       8   7   6   5   4   3  2  1 0
///   valid reserved(0)  SVE SSS PWA VGP Xu Xs W R
/// ```
///
/// What ATTR.WR gives in RDX: the sets that were written as they are afterwards, on PAGE_ATTR_INVALID a set that was at
/// fault as it still is, and 0 on any other failure, as the TDX module has it. All other sets are this model's choice:
/// as they are, so that RDX is always what ATTR.RD would give. The source of the module (`tdg_mem_page_attr_wr.c`)
/// gives 0 for a set that was not to be written, and on PAGE_ATTR_INVALID the sets that were not at fault with new
/// attributes, which they do not get. A caller that wants the attributes of a page asks with ATTR.RD.
public final class PrivatePages {

    /// R, W, Xs, Xu and valid: what the TD itself has of any page. It cannot change it.
    private static final long OF_THE_TD = 0x800f;
    private static final long VALID = 0x8000;
    private static final long RESERVED = 0x7f00;
    private static final long PENDING = 1L << 62;
    private static final int VMS = 4;

    private record Page(int level, boolean accepted, long attributes) {
    }

    private final NavigableMap<Long, Page> pages = new TreeMap<>();
    private final GuestMemory memory;

    PrivatePages(GuestMemory memory) {
        this.memory = memory;
    }

    /// Let the host map a page that the TD has not accepted. Pages that it covers, or one that covers it, are removed
    /// first, whether they were accepted or not.
    ///
    /// @param gpa where the page begins
    /// @param level 0 for 4 KiB, 1 for 2 MiB, 2 for 1 GiB
    /// @return this
    /// @throws IllegalArgumentException when there is no such level, or the address is not private or not aligned to
    ///         the size of the page
    public synchronized PrivatePages pending(long gpa, int level) {
        PageMapping page = new PageMapping(gpa, level);
        if (level < 0 || level > 2 || gpa % page.size() != 0 || !GuestMemory.isPrivate(gpa)) {
            throw new IllegalArgumentException("not a private page of this level, gpa=0x%x level=%d"
                    .formatted(gpa, level));
        }
        PageMapping covering = find(gpa);
        if (covering != null) {
            pages.remove(covering.gpa());
        }
        pages.subMap(gpa, gpa + page.size()).clear();
        pages.put(gpa, new Page(level, false, OF_THE_TD));
        return this;
    }

    /// Look a page up.
    ///
    /// @param gpa any address in it
    /// @return whether the TD has accepted it
    public synchronized boolean isAccepted(long gpa) {
        PageMapping page = find(gpa);
        return page != null && pages.get(page.gpa()).accepted;
    }

    synchronized CompletionStatus accept(Registers registers) {
        PageMapping asked = PageMapping.of(registers.get(RCX), 1);
        if (asked == null) {
            return CompletionStatus.OPERAND_INVALID.with(RCX);
        }
        PageMapping found = find(asked.gpa());
        if (found != null && pages.get(found.gpa()).accepted && found.level() >= asked.level()) {
            return CompletionStatus.PAGE_ALREADY_ACCEPTED.with(found.level());
        }
        if (!map(asked)) {
            return CompletionStatus.PAGE_SIZE_MISMATCH.with(asked.level());
        }
        memory.clear(asked.gpa(), asked.size());
        pages.put(asked.gpa(), new Page(asked.level(), true, pages.get(asked.gpa()).attributes));
        return CompletionStatus.SUCCESS;
    }

    synchronized CompletionStatus readAttributes(Registers registers) {
        long gpa = registers.get(RCX);
        if (!GuestMemory.isPrivate(gpa)) {
            return failed(registers, CompletionStatus.OPERAND_INVALID.with(RCX), 0);
        }
        if (find(gpa) == null) {
            map(new PageMapping(gpa & -GuestMemory.PAGE, 0));
        }
        PageMapping found = find(gpa);
        registers.set(RCX, describe(found));
        registers.set(RDX, pages.get(found.gpa()).attributes);
        return CompletionStatus.SUCCESS;
    }

    synchronized CompletionStatus writeAttributes(Registers registers) {
        long attributes = registers.get(RDX);
        for (int vm = 0; vm < VMS; vm++) {
            long set = ofVm(attributes, vm);
            if (vm == 0 ? set != 0 : set != 0 && (set & VALID) == 0) {
                return failed(registers, CompletionStatus.OPERAND_INVALID.with(RDX), 0);
            }
        }
        if (ofVm(registers.get(R8), 0) != 0) {
            return failed(registers, CompletionStatus.OPERAND_INVALID.with(R8), 0);
        }
        PageMapping asked = PageMapping.of(registers.get(RCX), 2);
        if (asked == null) {
            return failed(registers, CompletionStatus.OPERAND_INVALID.with(RCX), 0);
        }
        if (!map(asked)) {
            return failed(registers, CompletionStatus.PAGE_SIZE_MISMATCH.with(asked.level()), 0);
        }
        Page page = pages.get(asked.gpa());
        long changed = page.attributes;
        for (int vm = 1; vm < VMS; vm++) {
            long set = ofVm(attributes, vm);
            long mask = ofVm(registers.get(R8), vm) | VALID;
            if ((set & VALID) != 0) {
                long merged = ofVm(changed, vm) & ~mask | set & mask;
                if ((merged & RESERVED) != 0 || (merged & 3) == 2) {
                    return failed(registers, CompletionStatus.PAGE_ATTR_INVALID, page.attributes);
                }
                changed = changed & ~(0xffffL << 16 * vm) | merged << 16 * vm;
            }
        }
        pages.put(asked.gpa(), new Page(page.level, page.accepted, changed));
        registers.set(RCX, describe(asked));
        registers.set(RDX, changed);
        return CompletionStatus.SUCCESS;
    }

    private static CompletionStatus failed(Registers registers, CompletionStatus status, long attributes) {
        registers.set(RCX, 0);
        registers.set(RDX, attributes);
        return status;
    }

    private long describe(PageMapping page) {
        return page.gpa() | page.level() | (pages.get(page.gpa()).accepted ? 0 : PENDING);
    }

    private static long ofVm(long attributes, int vm) {
        return attributes >>> 16 * vm & 0xffff;
    }

    /// Have a page at just this level: the host adds it or splits a larger one. Smaller ones are in the way.
    private boolean map(PageMapping asked) {
        PageMapping found = find(asked.gpa());
        while (found != null && found.level() > asked.level()) {
            Page large = pages.remove(found.gpa());
            long part = found.size() / 512;
            for (int i = 0; i < 512; i++) {
                pages.put(found.gpa() + i * part, new Page(large.level - 1, large.accepted, large.attributes));
            }
            found = find(asked.gpa());
        }
        if (pages.subMap(asked.gpa(), asked.gpa() + asked.size()).values().stream()
                .anyMatch(page -> page.level < asked.level())) {
            return false;
        }
        pages.putIfAbsent(asked.gpa(), new Page(asked.level(), false, OF_THE_TD));
        return true;
    }

    private PageMapping find(long gpa) {
        Map.Entry<Long, Page> below = pages.floorEntry(gpa);
        if (below == null) {
            return null;
        }
        PageMapping page = new PageMapping(below.getKey(), below.getValue().level);
        return gpa < page.gpa() + page.size() ? page : null;
    }
}
