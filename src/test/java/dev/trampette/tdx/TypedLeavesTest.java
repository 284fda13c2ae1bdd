package dev.trampette.tdx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.call.Result;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.LoaderStatus;
import dev.trampette.spec.Stored;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every typed call of every leaf in every design: its parameters are in the registers of the table at the instruction,
/// and its result has the outputs by their names.
class TypedLeavesTest {

    /// Replay a failure with -Dtrampette.seed=N.
    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());

    private static final Map<Design, Map<Family, Object>> CALLS = new EnumMap<>(Design.class);
    private static final Map<Gpr, Long> SEEN = new EnumMap<>(Gpr.class);
    private static final Map<Gpr, Long> ANSWERS = new EnumMap<>(Gpr.class);
    private static long status;
    private static Unreached unreached;
    private static Leaf current;

    /// How nobody writes an output, and what the wrapper makes of it: SEAMCALL does not reach the module, or the module
    /// refuses and writes RAX alone.
    private enum Unreached {
        NO_MODULE(CompletionStatus.SW_VMFAILINVALID), UD(CompletionStatus.SW_UD), GP(CompletionStatus.SW_GP),
        REFUSED(CompletionStatus.SYS_SHUTDOWN);

        private final CompletionStatus status;

        Unreached(CompletionStatus status) {
            this.status = status;
        }

        boolean comesOf(Leaf leaf) {
            return this == REFUSED ? leaf.family() != Family.SEAMLDR : leaf.family() != Family.TDG;
        }
    }

    /// One leaf in one design.
    private record Written(Design design, Leaf leaf) {
        @Override
        public String toString() {
            return design + " " + leaf.title();
        }
    }

    static List<Written> every_leaf_in_every_design() {
        List<Written> all = new ArrayList<>();
        for (Design design : Design.values()) {
            Shim shim = TypedLeavesTest::answer;
            CALLS.put(design, new EnumMap<>(Map.of(Family.TDVMCALL, TdVmcall.of(design, shim),
                    Family.TDG, Tdcall.of(design, shim), Family.TDH, Seamcall.of(design, shim),
                    Family.SEAMLDR, LoaderCall.of(design, shim))));
            LeafTable.all().stream().filter(leaf -> leaf.unwrapped().isEmpty())
                    .forEach(leaf -> all.add(new Written(design, leaf)));
        }
        return all;
    }

    static List<Written> every_leaf_whose_outputs_are_stored_on_failure() {
        return every_leaf_in_every_design().stream().filter(written -> written.leaf.family() != Family.TDVMCALL
                && written.leaf.stored().on(-1)).toList();
    }

    private static void answer(Registers registers) {
        for (Gpr register : Gpr.values()) {
            SEEN.put(register, registers.get(register));
        }
        switch (unreached) {
            case NO_MODULE -> registers.setArithmeticFlags(Registers.CF);
            case UD -> registers.fault(Registers.UD);
            case GP -> registers.fault(Registers.GP);
            case REFUSED -> {
                registers.set(Gpr.RAX, CompletionStatus.SYS_SHUTDOWN.code());
                registers.setArithmeticFlags(0);
            }
            case null -> answer(registers, status);
        }
    }

    private static void answer(Registers registers, long status) {
        registers.set(Gpr.RAX, 0);
        current.outputs().forEach(output -> registers.set(output.register(), ANSWERS.get(output.register())));
        registers.set(current.family().status(), status);
        registers.setArithmeticFlags(0);
    }

    @ParameterizedTest
    @MethodSource("every_leaf_in_every_design")
    void parameters_and_results_are_where_the_table_has_them(Written written) throws Exception {
        current = written.leaf;
        unreached = null;
        RandomGenerator random = new SplittableRandom(SEED);
        for (long answer : new long[] {0, CompletionStatus.PAGE_ALREADY_ACCEPTED.code(), 1, -1}) {
            status = answer;
            current.outputs().forEach(output -> ANSWERS.put(output.register(), random.nextLong()));
            Object[] arguments = arguments(method(written), random);

            Object result = method(written).invoke(calls(written), arguments);

            inputs(arguments);
            result(result);
        }
    }

    /// What the call before left in the thread's memory is no output of this one.
    @ParameterizedTest
    @MethodSource("every_leaf_whose_outputs_are_stored_on_failure")
    void outputs_that_were_not_stored_are_not_those_of_another_call(Written written) throws Exception {
        current = written.leaf;
        RandomGenerator random = new SplittableRandom(SEED);
        for (Unreached way : Arrays.stream(Unreached.values()).filter(way -> way.comesOf(current)).toList()) {
            unreached = null;
            status = current.stored().on(0) ? 0 : -1;
            current.outputs().forEach(output -> ANSWERS.put(output.register(), random.nextLong()));
            method(written).invoke(calls(written), arguments(method(written), random));
            unreached = way;

            Object result = method(written).invoke(calls(written), arguments(method(written), random));
            List<Object> values = components(result);

            assertThat(values.getFirst()).isEqualTo(typed(way.status.code()));
            for (int i = 0; i < current.outputs().size(); i++) {
                assertThat(values.get(i + 1)).as("%s, seed %d", current.outputs().get(i), SEED).isEqualTo(0L);
            }
        }
    }

    private static Object calls(Written written) {
        return CALLS.get(written.design).get(current.family());
    }

    private static Method method(Written written) {
        Method method = Arrays.stream(calls(written).getClass().getInterfaces()[0].getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(current.methodName())).findFirst().orElseThrow();
        method.setAccessible(true);
        return method;
    }

    private static Object[] arguments(Method method, RandomGenerator random) {
        return Arrays.stream(method.getParameterTypes())
                .map(type -> type == boolean.class ? (Object) random.nextBoolean()
                        : type == int.class ? (Object) random.nextInt() : (Object) random.nextLong())
                .toArray();
    }

    private static void inputs(Object[] arguments) {
        assertThat(SEEN.get(current.family().selector())).as("seed " + SEED).isEqualTo(current.number());
        int next = 0;
        for (Leaf.Input input : current.inputs()) {
            long expected = input.value().isPresent() ? input.value().getAsLong() : switch (arguments[next++]) {
                case Boolean value -> value ? 1 : 0;
                case Integer value -> Integer.toUnsignedLong(value);
                case Long value -> value;
                default -> throw new AssertionError();
            };
            assertThat(SEEN.get(input.register())).as("%s, seed %d", input, SEED).isEqualTo(expected);
        }
        assertThat(next).isEqualTo(arguments.length);
    }

    private static void result(Object result) throws Exception {
        Object typedStatus = typed(status);
        List<Object> outputs = new ArrayList<>(current.outputs().stream()
                .map(output -> (Object) ANSWERS.get(output.register())).toList());
        if (current.stored() == Stored.NEVER) {
            assertThat(result).isEqualTo(typedStatus);
        } else if (current.stored() == Stored.SUCCESS) {
            if (status != 0) {
                assertThat(result).isEqualTo(new Result.Refused<>(typedStatus));
            } else {
                Object value = ((Result.Ok<?, ?>) result).value();
                assertThat(outputs.size() == 1 ? List.of(value) : components(value)).isEqualTo(outputs);
            }
        } else {
            outputs.addFirst(typedStatus);
            List<Object> actual = components(result);
            if (current.stored().on(status)) {
                assertThat(actual).as("seed " + SEED).isEqualTo(outputs);
            } else {
                assertThat(actual.getFirst()).isEqualTo(typedStatus);
                assertThat(actual.subList(1, actual.size())).containsOnly(0L);
            }
        }
    }

    private static Object typed(long code) {
        return switch (current.family()) {
            case TDVMCALL -> new GhciStatus(code);
            case TDG, TDH -> new CompletionStatus(code);
            case SEAMLDR -> new LoaderStatus(code);
        };
    }

    private static List<Object> components(Object result) throws Exception {
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : result.getClass().getRecordComponents()) {
            component.getAccessor().setAccessible(true);
            values.add(component.getAccessor().invoke(result));
        }
        return values;
    }
}
