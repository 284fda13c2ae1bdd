package dev.trampette.tdx;

import dev.trampette.call.CheckReturnValue;
import dev.trampette.call.Result;
import dev.trampette.shim.Shim;
import dev.trampette.spec.CompletionStatus;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// What a host kernel does with its SEAMCALLs, through wrappers of one [Design]: the callers, with the retries around
/// the bare calls of [Seamcall], as Linux has them.
///
/// - Every SEAMCALL stands in a [CacheBracket] of its own, each repetition too.
/// - RND_NO_ENTROPY: the same call again, [#MOST_TRIES] times in all.
/// - OPERAND_BUSY, SYS_BUSY: the same call again, where a caller waits for a lock of the module; as often.
/// - INTERRUPTED_RESUMABLE: on from where the module was, which each leaf is told in a way of its own, until it is
///   done. A module that has not come to an end after [#MOST_RESUMPTIONS] calls, or does not move on, is given up.
///
/// Inputs are loaded again for each call, for many are outputs too. Who gives up hands back the last answer.
@CheckReturnValue
public final class TdHost {

    /// How often a call is made that finds no random number or a lock taken (Linux: RDRAND_RETRY_LOOPS).
    public static final int MOST_TRIES = 10;
    /// How often an interrupted call is resumed.
    public static final int MOST_RESUMPTIONS = 1 << 20;

    /// Bit 63 of R10: the leaves TDH.EXPORT.* and TDH.IMPORT.* go on.
    private static final long RESUME = 1L << 63;

    private final Seamcall seamcall;
    private final CacheBracket bracket;

    private TdHost(Seamcall seamcall, CacheBracket bracket) {
        this.seamcall = seamcall;
        this.bracket = bracket;
    }

    /// {@return callers whose calls a shim answers for as long as the JVM runs, with no bracket}
    ///
    /// @param design how the wrappers are written
    /// @param shim who answers, on the thread that calls
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    public static TdHost of(Design design, Shim shim) {
        return of(Seamcall.of(design, shim), CacheBracket.NONE);
    }

    /// {@return callers around bare calls}
    ///
    /// @param seamcall the bare calls, confined to a thread or not
    /// @param bracket what stands around each of them
    public static TdHost of(Seamcall seamcall, CacheBracket bracket) {
        return new TdHost(seamcall, bracket);
    }

    /// TDH.SYS.RD: a field of the module.
    ///
    /// @param fieldId its identifier in the metadata of the module, class and size code included
    /// @return its value, or the last status that is no success
    public Result<Long, CompletionStatus> readField(long fieldId) {
        Seamcall.SysRd answer = call(Seamcall.SysRd::status, () -> seamcall.sysRd(fieldId));
        return answer.status().isSuccess() ? new Result.Ok<>(answer.value()) : new Result.Refused<>(answer.status());
    }

    /// TDH.MNG.KEY.CONFIG: make the key of a TD. A key that could not be made is tried again too.
    ///
    /// @param tdr the address of the TD's root page
    /// @return the status of the last call
    public CompletionStatus configureKey(long tdr) {
        return repeat(status -> status, () -> call(status -> status, () -> seamcall.mngKeyConfig(tdr)),
                status -> status.is(CompletionStatus.KEY_GENERATION_FAILED));
    }

    /// TDH.MEM.PAGE.AUG: give a TD a page.
    ///
    /// @param gpaLevel bits 2:0 the level of the secure EPT (0 for 4 KiB), bits 51:12 the guest physical address
    /// @param tdr the address of the TD's root page
    /// @param page the physical address of the page
    /// @return what the last call answered: status and outputs
    public Seamcall.MemPageAug augment(long gpaLevel, long tdr, long page) {
        return whileBusy(Seamcall.MemPageAug::status, () -> seamcall.memPageAug(gpaLevel, tdr, page));
    }

    /// TDH.MEM.RANGE.BLOCK: no new translation of a range. GPA_RANGE_ALREADY_BLOCKED is no error.
    ///
    /// @param gpaLevel bits 2:0 the level of the secure EPT (0 for 4 KiB), bits 51:12 the guest physical address
    /// @param tdr the address of the TD's root page
    /// @return what the last call answered: status and outputs
    public Seamcall.MemRangeBlock block(long gpaLevel, long tdr) {
        return whileBusy(Seamcall.MemRangeBlock::status, () -> seamcall.memRangeBlock(gpaLevel, tdr));
    }

    /// TDH.MEM.PAGE.REMOVE: take a page back, which was blocked and tracked.
    ///
    /// @param gpaLevel bits 2:0 the level of the secure EPT (0 for 4 KiB), bits 51:12 the guest physical address
    /// @param tdr the address of the TD's root page
    /// @return what the last call answered: status and outputs
    public Seamcall.MemPageRemove remove(long gpaLevel, long tdr) {
        return whileBusy(Seamcall.MemPageRemove::status, () -> seamcall.memPageRemove(gpaLevel, tdr));
    }

    /// TDH.MNG.WR: change the bits of a field of a TD that are in the mask. R8 is the old value; with 0 in it a retry
    /// that does not reload would write 0.
    ///
    /// @param tdr the address of the TD's root page
    /// @param fieldId its identifier in the metadata of a TD
    /// @param data the new bits
    /// @param mask a 1 for each bit that changes
    /// @return what the last call answered: status and old value
    public Seamcall.MngWr writeField(long tdr, long fieldId, long data, long mask) {
        return whileBusy(Seamcall.MngWr::status, () -> seamcall.mngWr(tdr, fieldId, data, mask));
    }

    /// TDH.PHYMEM.PAGE.RECLAIM, and then TDH.PHYMEM.PAGE.WBINVD: a page is the host's again, and none of its old
    /// content is in a cache.
    ///
    /// @param page its physical address
    /// @param keyed the same with the key identifier of the TD in its upper bits
    /// @return the status of the call that failed, or of the second
    public CompletionStatus reclaim(long page, long keyed) {
        CompletionStatus status = whileBusy(Seamcall.PhymemPageReclaim::status,
                () -> seamcall.phymemPageReclaim(page)).status();
        return status.isSuccess() ? whileBusy(answer -> answer, () -> seamcall.phymemPageWbinvd(keyed)) : status;
    }

    /// TDH.PHYMEM.CACHE.WB: write all caches of this package back, from the start and then on.
    ///
    /// @return the status of the last call
    public CompletionStatus writeBackCaches() {
        return untilDone(status -> status, () -> seamcall.phymemCacheWb(0), _ -> seamcall.phymemCacheWb(1), false);
    }

    /// TDH.SYS.TDMR.INIT: a region, part by part. The module says where the next part begins; where that is not behind
    /// the one before, it is given up: the last answer has a success, and a next part before the end.
    ///
    /// @param start the physical address of the region (TDMR), a multiple of 1 GiB
    /// @param end the first address behind the region
    /// @return what the last call answered: its next part is at the end or behind it when all is done
    public Seamcall.SysTdmrInit initialiseRegion(long start, long end) {
        long next = start;
        while (true) {
            Seamcall.SysTdmrInit answer = call(Seamcall.SysTdmrInit::status, () -> seamcall.sysTdmrInit(start));
            boolean ahead = Long.compareUnsigned(answer.next(), next) > 0;
            next = answer.next();
            if (!answer.status().isSuccess() || !ahead || Long.compareUnsigned(next, end) >= 0) {
                return answer;
            }
        }
    }

    /// TDH.EXT.MEM.ADD: pages for the extensions of the module. RCX comes back with what is left.
    ///
    /// @param list bits 51:12 the page of the list, bits 11:3 the first entry, bits 63:55 the last
    /// @return what the last call answered: status and outputs
    public Seamcall.ExtMemAdd addExtensionMemory(long list) {
        return untilDone(Seamcall.ExtMemAdd::status, () -> seamcall.extMemAdd(list),
                before -> seamcall.extMemAdd(before.hpaList()), true);
    }

    /// TDH.EXT.INIT: start the extensions of the module.
    ///
    /// @return the status of the last call
    public CompletionStatus initialiseExtensions() {
        return untilDone(status -> status, seamcall::extInit, _ -> seamcall.extInit(), false);
    }

    /// TDH.SYS.DISABLE: the end of the module, before another kernel takes over.
    ///
    /// @return the status of the last call
    public CompletionStatus disable() {
        return untilDone(status -> status, seamcall::sysDisable, _ -> seamcall.sysDisable(), false);
    }

    /// TDH.EXPORT.BLOCKW: no writes to the pages of a list. RCX comes back with what is left; a success counts in its
    /// details how many entries failed.
    ///
    /// @param list bits 51:12 the page of the list, bits 11:3 the first entry, bits 63:55 the last; bits 2:0 are 0
    /// @param tdr the address of the TD's root page
    /// @return what the last call answered: status and outputs
    public Seamcall.ExportBlockw blockWrites(long list, long tdr) {
        return untilDone(Seamcall.ExportBlockw::status, () -> seamcall.exportBlockw(list, tdr),
                before -> seamcall.exportBlockw(before.gpaList(), tdr), true);
    }

    /// TDH.EXPORT.STATE.TD: what a TD is, for another host. Bit 63 of R10 says that it goes on, and nothing else
    /// changes.
    ///
    /// @param tdr the address of the TD's root page
    /// @param mbmd bits 51:0 the address of the metadata of the bundle, bits 63:52 its size
    /// @param pageList bits 51:12 the page of the list of pages that it fills, bits 63:55 the last entry
    /// @param stream bits 15:0 the index of the migration stream; bit 63 does not count
    /// @return what the last call answered: status and outputs
    public Seamcall.ExportStateTd exportState(long tdr, long mbmd, long pageList, long stream) {
        return untilDone(Seamcall.ExportStateTd::status,
                () -> seamcall.exportStateTd(tdr, mbmd, pageList, stream & ~RESUME),
                _ -> seamcall.exportStateTd(tdr, mbmd, pageList, stream | RESUME), false);
    }

    /// TDH.MEM.SEPT.ADD, version 1: pages of the secure EPT for L1 and three L2. R8 to R11 come back on every status,
    /// and go in again as they are: a page that was taken is gone.
    ///
    /// @param gpaLevel bits 2:0 the level of the secure EPT (0 for 4 KiB), bits 51:12 the guest physical address
    /// @param tdr the address of the TD's root page
    /// @param page the physical address of the page for L1; all bits set for none
    /// @param first the page for the first L2; all bits set for none
    /// @param second the page for the second; all bits set for none
    /// @param third the page for the third; all bits set for none
    /// @return what the last call answered: the status, and of each page whether it was taken
    public Seamcall.MemSeptAddVersion1 addSept(long gpaLevel, long tdr, long page, long first, long second,
            long third) {
        return untilDone(Seamcall.MemSeptAddVersion1::status,
                () -> seamcall.memSeptAddVersion1(gpaLevel, tdr, page, first, second, third),
                before -> seamcall.memSeptAddVersion1(gpaLevel, tdr, before.page(), before.l2Page0(), before.l2Page1(),
                        before.l2Page2()), true);
    }

    /// One call, and again for entropy.
    private <T> T call(Function<T, CompletionStatus> status, Supplier<T> once) {
        return repeat(status, () -> {
            bracket.open();
            try {
                return once.get();
            } finally {
                bracket.close();
            }
        }, answer -> answer.is(CompletionStatus.RND_NO_ENTROPY));
    }

    private <T> T whileBusy(Function<T, CompletionStatus> status, Supplier<T> once) {
        return repeat(status, () -> call(status, once), TdHost::isBusy);
    }

    private static boolean isBusy(CompletionStatus status) {
        return status.is(CompletionStatus.OPERAND_BUSY) || status.is(CompletionStatus.SYS_BUSY);
    }

    private static <T> T repeat(Function<T, CompletionStatus> status, Supplier<T> once,
            Predicate<CompletionStatus> again) {
        T answer = once.get();
        for (int tries = 1; again.test(status.apply(answer)) && tries < MOST_TRIES; tries++) {
            answer = once.get();
        }
        return answer;
    }

    /// A call that the module may interrupt, or whose lock may be taken, at the start and in each part.
    ///
    /// @param next the call that goes on, by what the one before answered
    /// @param carries whether the outputs say on every status what is left, so that they go in again after a lock too
    private <T> T untilDone(Function<T, CompletionStatus> status, Supplier<T> first, UnaryOperator<T> next,
            boolean carries) {
        Supplier<T> part = first;
        int tries = 1;
        for (int calls = 0; ; calls++) {
            T answer = call(status, part);
            boolean interrupted = status.apply(answer).is(CompletionStatus.INTERRUPTED_RESUMABLE);
            boolean busy = isBusy(status.apply(answer));
            tries = busy ? tries + 1 : 1;
            if (!interrupted && !busy || tries > MOST_TRIES || calls == MOST_RESUMPTIONS) {
                return answer;
            }
            if (interrupted || carries) {
                part = () -> next.apply(answer);
            }
        }
    }
}
