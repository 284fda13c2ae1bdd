package dev.trampette.verify.walk;

import dev.trampette.call.ImageException;
import dev.trampette.decode.Condition;
import dev.trampette.decode.Operation;
import dev.trampette.image.Listing;
import dev.trampette.probe.Recording;
import dev.trampette.verdict.Coverage;
import dev.trampette.verify.trial.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What the recorded calls of a routine have reached: of the instructions of its own symbol, and of the ways that its
/// conditional branches go.
public final class Reached implements Looker {

    private final Trial trial;
    private final NavigableMap<Long, Operation> routine = new TreeMap<>();
    private final Set<Long> executed = new HashSet<>();
    private final Set<Way> taken = new HashSet<>();
    /// Of SETcc and CMOVcc, which take a way too, and do not leave it.
    private final Set<Way> chosen = new HashSet<>();
    private boolean isRead;
    private List<Recording.Step> last = List.of();
    private boolean hasNew;

    /// One of the two ways of a conditional branch, or of an instruction that sets or moves on a condition.
    ///
    /// @param at the address of the branch
    /// @param isJump whether it goes to its target, and not on behind it; whether the condition holds
    record Way(long at, boolean isJump) {
    }

    public Reached(Trial trial) {
        this.trial = trial;
    }

    @Override
    public void look(Walk walk) {
        look(walk.steps(), walk.executed());
    }

    /// A call is over.
    ///
    /// @param count how many of the steps were executed
    public void look(List<Recording.Step> steps, int count) {
        read();
        last = steps;
        hasNew = false;
        for (int n = 0; n < count; n++) {
            Operation operation = routine.get(last.get(n).rip());
            if (operation == null) {
                continue;
            }
            hasNew |= executed.add(operation.address());
            if (operation.kind() == Operation.Kind.OTHER) {
                hasNew |= chosen(operation, last.get(n)).filter(chosen::add).isPresent();
            } else if (operation.kind() == Operation.Kind.BRANCH && n + 1 < last.size()) {
                long next = last.get(n + 1).rip();
                hasNew |= next == operation.next() && taken.add(new Way(operation.address(), false));
                hasNew |= operation.target().orElse(0) == next && taken.add(new Way(operation.address(), true));
            }
        }
    }

    /// The way that a step takes, of a branch or of a condition; empty when it has none.
    Optional<Way> way(int step) {
        Recording.Step at = last.get(step);
        return own(at.rip()).flatMap(operation -> switch (operation.kind()) {
            case BRANCH -> step + 1 < last.size()
                    ? Optional.of(new Way(at.rip(), last.get(step + 1).rip() != operation.next())) : Optional.empty();
            case OTHER -> chosen(operation, at);
            default -> Optional.empty();
        });
    }

    private static Optional<Way> chosen(Operation operation, Recording.Step at) {
        return Condition.of(operation.mnemonic(), at.rflags()).map(holds -> new Way(at.rip(), holds));
    }

    private void read() {
        if (isRead) {
            return;
        }
        isRead = true;
        try {
            Listing.routine(trial.target().code(), trial.instructions(), trial.target().landmarks()).forEach(it ->
                    routine.put(it.address(), it));
        } catch (ImageException e) {
            routine.clear();        // there is no objdump
        }
    }

    /// The steps of the last call.
    List<Recording.Step> last() {
        return last;
    }

    /// Whether the last call reached something that none before it had.
    boolean hasNew() {
        return hasNew;
    }

    /// The instruction at an address, when it is the routine's own.
    Optional<Operation> own(long address) {
        return Optional.ofNullable(routine.get(address));
    }

    /// The ways of branches that were executed which none of the calls has gone.
    Set<Way> open() {
        Set<Way> open = new HashSet<>();
        routine.values().stream().filter(it -> it.kind() == Operation.Kind.BRANCH && executed.contains(it.address()))
                .forEach(it -> {
                    open.add(new Way(it.address(), true));
                    open.add(new Way(it.address(), false));
                });
        open.removeAll(taken);
        return open;
    }

    /// The ways of conditions that were asked for one answer only.
    Set<Way> unchosen() {
        return chosen.stream().map(way -> new Way(way.at(), !way.isJump())).filter(way -> !chosen.contains(way))
                .collect(Collectors.toSet());
    }

    /// Whether an address comes out of a table, and not every instruction was executed.
    boolean isOpenTable() {
        return routine.values().stream().anyMatch(it -> it.kind() == Operation.Kind.JUMP && it.target().isEmpty())
                && counted().stream().anyMatch(it -> !executed.contains(it.address()));
    }

    /// Whether nothing is left.
    boolean isComplete() {
        return open().isEmpty() && counted().stream().allMatch(it -> executed.contains(it.address()));
    }

    /// What was reached; empty where nobody knows what the routine is.
    public Optional<Coverage> coverage() {
        List<Operation> counted = counted();
        if (counted.isEmpty()) {
            return Optional.empty();
        }
        List<String> missed = new ArrayList<>();
        for (int n = 0; n < counted.size(); n++) {
            int first = n;
            while (n < counted.size() && !executed.contains(counted.get(n).address())) {
                n++;
            }
            if (n > first) {
                missed.add(n == first + 1 ? place(counted.get(first)) : "%s to %s".formatted(
                        place(counted.get(first)), place(counted.get(n - 1))));
            }
        }
        open().stream().sorted(Comparator.comparing(Way::at)).forEach(way -> missed.add("%s at %s never %s"
                .formatted(routine.get(way.at()).mnemonic(), place(routine.get(way.at())),
                        way.isJump() ? "jumps" : "falls through")));
        return Optional.of(new Coverage(counted.size(),
                (int) counted.stream().filter(it -> executed.contains(it.address())).count(), missed));
    }

    private String place(Operation operation) {
        return "%s+0x%x".formatted(trial.target().code().symbol(),
                operation.address() - trial.target().code().entry().address());
    }

    /// Without what only fills up between functions.
    private List<Operation> counted() {
        return routine.values().stream().filter(it -> executed.contains(it.address()) || !isPadding(it)).toList();
    }

    private static boolean isPadding(Operation it) {
        return it.mnemonic().startsWith("nop") || it.mnemonic().equals("int3") || it.mnemonic().equals("data16")
                || it.text().matches("xchg +ax,ax|add +BYTE PTR \\[rax],al");
    }
}
