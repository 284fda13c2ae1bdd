package dev.trampette.verify.walk;

import dev.trampette.image.Pages;
import dev.trampette.image.frame.Frame;
import dev.trampette.image.frame.FrameRow;
import dev.trampette.image.frame.UnknownFrameException;
import dev.trampette.image.frame.UnsupportedFrameException;
import dev.trampette.probe.Recording;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Rule;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// At every instruction the frame descriptions of the code lead to the caller: its return address, and all registers
/// that the convention preserves. Code without a description is not judged, nor that of a kernel, where nobody reads
/// it; nor a frame that depends on memory which was not kept.
public final class UnwindRule implements Looker {

    /// Frames above each other.
    private static final int MOST_FRAMES = 64;

    private final Map<Long, Optional<FrameRow>> rows = new HashMap<>();

    /// What is wrong.
    private record Problem(String what, long expected, OptionalLong actual) {
    }

    @Override
    public void look(Walk walk) {
        if (walk.trial().target().outside().stackAlignment() < Convention.STACK_ALIGNMENT) {
            return;
        }
        String before = "";
        for (int n = 0; n < walk.executed(); n++) {
            if (walk.isOwn(n)) {
                Optional<Problem> problem = problem(walk, n);
                String what = problem.map(Problem::what).orElse("");
                if (!what.isEmpty() && !what.equals(before)) {
                    walk.c().broken(Rule.UNWIND, what, problem.get().expected(), problem.get().actual(),
                            walk.instruction(n));
                }
                before = what;
            }
        }
    }

    private Optional<Problem> problem(Walk walk, int n) {
        try {
            return unwound(walk, n);
        } catch (UnknownFrameException | UnsupportedFrameException e) {
            return Optional.empty();
        }
    }

    private Optional<Problem> unwound(Walk walk, int n) {
        Recording.Step step = walk.steps().get(n);
        long entry = walk.trial().probe().frame().address();
        long returned = walk.trial().probe().returnAddress();
        Frame frame = Frame.of(step.rip(), step::get, address -> walk.recording().word(n, address));
        boolean isExact = true;
        for (int depth = 0; depth < MOST_FRAMES; depth++) {
            if (frame.rip() == returned) {
                return registers(walk, frame);
            }
            long at = isExact ? frame.rip() : frame.rip() - 1;
            if (depth > 0 && !Pages.isMapped(at, 1)) {
                return Optional.of(new Problem("the return address of frame %d".formatted(depth - 1), returned,
                        OptionalLong.of(frame.rip())));
            }
            Optional<FrameRow> row = rows.computeIfAbsent(at, it ->
                    walk.trial().target().landmarks().frames(it).row(it));
            if (row.isEmpty()) {
                return Optional.empty();
            }
            long rsp = frame.get(Gpr.RSP).orElseThrow();
            long address = frame.address(row.get());
            boolean isOnStack = rsp <= entry && rsp >= walk.trial().probe().stack().address();
            boolean isOfRoutine = depth == 0 && walk.trial().target().code().contains(step.rip());
            if (isOnStack && (address < rsp || address > entry)) {
                return Optional.of(new Problem("the caller's frame", entry, OptionalLong.of(address)));
            }
            Frame caller = frame.caller(row.get());
            if (isOfRoutine && isOnStack && address != entry && !Pages.isMapped(caller.rip() - 1, 1)) {
                return Optional.of(new Problem("the caller's frame", entry, OptionalLong.of(address)));
            }
            isExact = row.get().isSignal();
            frame = caller;
        }
        return Optional.empty();
    }

    /// What the caller finds in its registers; a register that the routine loses has a rule of its own.
    private static Optional<Problem> registers(Walk walk, Frame frame) {
        Convention convention = walk.trial().contract().signature().convention();
        Set<Gpr> saved = EnumSet.of(Gpr.RSP);
        saved.addAll(convention.isC() ? convention.preserved() : Convention.SYSV.preserved());
        for (Gpr register : saved) {
            long first = walk.steps().getFirst().get(register) + (register == Gpr.RSP ? Long.BYTES : 0);
            boolean isLost = walk.isWhole() && walk.steps().getLast().get(register) != first;
            OptionalLong found = frame.get(register);
            if (!isLost && found.isPresent() && found.getAsLong() != first) {
                return Optional.of(new Problem("the caller's " + register, first, found));
            }
        }
        return Optional.empty();
    }
}
