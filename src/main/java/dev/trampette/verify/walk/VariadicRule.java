package dev.trampette.verify.walk;

import dev.trampette.decode.Operation;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Rule;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Who calls a variadic function says in AL how many vectors it gives, at most (System V psABI 3.5.7).
public final class VariadicRule implements Looker {

    private static final Set<String> VARIADIC = Set.of("printf", "fprintf", "dprintf", "sprintf", "snprintf",
            "asprintf", "scanf", "fscanf", "sscanf", "syslog", "err", "errx",
            "warn", "warnx", "wprintf", "fwprintf", "swprintf");
    private static final int VECTORS = 8;

    @Override
    public void look(Walk walk) {
        if (walk.trial().contract().signature().convention().ofCallees() != Convention.SYSV) {
            return;
        }
        for (int n = 0; n < walk.executed(); n++) {
            int step = n;
            walk.operation(n).filter(it -> it.kind() == Operation.Kind.CALL || it.kind() == Operation.Kind.JUMP)
                    .flatMap(it -> callee(walk, it)).filter(VARIADIC::contains)
                    .ifPresent(name -> called(walk, step, name));
        }
    }

    private static Optional<String> callee(Walk walk, Operation operation) {
        OptionalLong target = operation.target();
        return target.isEmpty() ? Optional.empty()
                : walk.trial().target().landmarks().symbol(target.getAsLong()).map(name -> name.replace("@plt", ""));
    }

    private static void called(Walk walk, int n, String name) {
        long vectors = walk.steps().get(n).get(Gpr.RAX) & 0xff;
        if (vectors > VECTORS) {
            walk.c().broken(Rule.UNDEFINED_READ, "al at the call of %s, which is variadic, is no number of vectors"
                    .formatted(name), walk.instruction(n));
        }
    }
}
