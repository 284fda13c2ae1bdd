package dev.trampette.tdx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.call.Result;
import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
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
    private static Leaf current;

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
            CALLS.put(design, new EnumMap<>(Map.of(
                    Family.TDVMCALL, TdVmcall.of(design, TypedLeavesTest::answer),
                    Family.TDG, Tdcall.of(design, TypedLeavesTest::answer),
                    Family.TDH, Seamcall.of(design, TypedLeavesTest::answer))));
            LeafTable.all().stream().filter(leaf -> leaf.unwrapped().isEmpty())
                    .forEach(leaf -> all.add(new Written(design, leaf)));
        }
        return all;
    }

    private static void answer(Registers registers) {
        for (Gpr register : Gpr.values()) {
            SEEN.put(register, registers.get(register));
        }
        registers.set(Gpr.RAX, 0);
        current.outputs().forEach(output -> registers.set(output.register(), ANSWERS.get(output.register())));
        registers.set(current.family().status(), status);
        registers.setArithmeticFlags(0);
    }

    @ParameterizedTest
    @MethodSource("every_leaf_in_every_design")
    void parameters_and_results_are_where_the_table_has_them(Written written) throws Exception {
        current = written.leaf;
        RandomGenerator random = new SplittableRandom(SEED);
        for (long answer : new long[] {0, CompletionStatus.PAGE_ALREADY_ACCEPTED.code(), 1, -1}) {
            status = answer;
            current.outputs().forEach(output -> ANSWERS.put(output.register(), random.nextLong()));
            Object calls = CALLS.get(written.design).get(current.family());
            Method method = Arrays.stream(calls.getClass().getInterfaces()[0].getDeclaredMethods())
                    .filter(candidate -> candidate.getName().equals(current.methodName())).findFirst().orElseThrow();
            method.setAccessible(true);
            Object[] arguments = arguments(method, random);

            Object result = method.invoke(calls, arguments);

            inputs(arguments);
            result(result);
        }
    }

    private static Object[] arguments(Method method, RandomGenerator random) {
        return Arrays.stream(method.getParameterTypes()).map(type -> type == boolean.class ? (Object) random.nextBoolean()
                : type == int.class ? (Object) random.nextInt() : (Object) random.nextLong()).toArray();
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
        Object typedStatus = current.family() == Family.TDVMCALL ? new GhciStatus(status) : new CompletionStatus(status);
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
            }
        }
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
