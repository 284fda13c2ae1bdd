package dev.trampette.verify.question;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.ContractBuilder;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Upcalls;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Argument.Type;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Finding;
import dev.trampette.verify.Verifier;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Findings;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Round;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One call of a function, with somebody's own arguments.
///
/// @param function the address
/// @param descriptor what it takes and returns
/// @param seed where the random values start
public record CheckedCall(MemorySegment function, FunctionDescriptor descriptor, long seed) {

    /// A round in which no value is from the end of what is possible, and with random values above narrow arguments.
    private static final Round ROUND = new Round(2);

    private static final String NAME = "function";

    /// Make it.
    ///
    /// @return what the function returned
    /// @throws AssertionError when it breaks a rule
    public Object with(Object... arguments) {
        Upcalls.refuse(function);
        List<MemoryLayout> layouts = descriptor.argumentLayouts();
        if (arguments.length != layouts.size()) {
            throw new IllegalArgumentException("the descriptor has %d arguments, and here are %d".formatted(
                    layouts.size(), arguments.length));
        }
        long[] values = new long[arguments.length];
        ContractBuilder contract = Contract.of(NAME);
        for (int n = 0; n < arguments.length; n++) {
            values[n] = bits(layouts.get(n), arguments[n], n);
            contract.parameter(new Argument("a" + n, type(layouts.get(n)), 0));
        }
        descriptor.returnLayout().ifPresentOrElse(layout -> contract.result(type(layout)), contract::returnsNothing);
        try (Arena arena = Arena.ofConfined()) {
            return call(new Trial(Image.shim(), Target.throughGate(new Code(NAME, function), contract.build()), seed,
                    arena), values);
        }
    }

    private Object call(Trial trial, long[] values) {
        trial.renew(ROUND);
        trial.give(values);
        Findings findings = new Findings(Set.of());
        Case c = new Case(trial, "return", _ -> { }, findings);
        try {
            trial.call();
            c.preserves();
        } catch (WrapperCrash crash) {
            c.crashed(crash, false);
        }
        List<Finding> found = findings.ranked();
        if (!found.isEmpty()) {
            throw new AssertionError("the call breaks %s%n%s%nreplay with -D%s=%d".formatted(
                    found.stream().map(finding -> finding.rule().label()).distinct().collect(Collectors.joining(", ")),
                    found.stream().map(Finding::toString).collect(Collectors.joining("\n")),
                    Verifier.SEED_PROPERTY, seed));
        }
        return descriptor.returnLayout().map(layout -> result(layout, trial.probe())).orElse(null);
    }

    /// What is passed: compilers extend what is narrower than an `int`.
    private static Type type(MemoryLayout layout) {
        return switch (layout) {
            case ValueLayout.OfBoolean _, ValueLayout.OfByte _, ValueLayout.OfShort _, ValueLayout.OfChar _,
                    ValueLayout.OfInt _ -> Type.U32;
            case ValueLayout.OfLong _, AddressLayout _ -> Type.U64;
            case ValueLayout.OfFloat _ -> Type.F32;
            case ValueLayout.OfDouble _ -> Type.F64;
            default -> throw new IllegalArgumentException("numbers and pointers can be passed, and no " + layout);
        };
    }

    private static long bits(MemoryLayout layout, Object value, int number) {
        return switch (value) {
            case Boolean it when layout instanceof ValueLayout.OfBoolean -> it ? 1 : 0;
            case Byte it when layout instanceof ValueLayout.OfByte -> it & 0xffffffffL;
            case Short it when layout instanceof ValueLayout.OfShort -> it & 0xffffffffL;
            case Character it when layout instanceof ValueLayout.OfChar -> it;
            case Integer it when layout instanceof ValueLayout.OfInt -> it & 0xffffffffL;
            case Long it when layout instanceof ValueLayout.OfLong -> it;
            case Float it when layout instanceof ValueLayout.OfFloat -> Float.floatToRawIntBits(it) & 0xffffffffL;
            case Double it when layout instanceof ValueLayout.OfDouble -> Double.doubleToRawLongBits(it);
            case MemorySegment it when layout instanceof AddressLayout -> address(it, number);
            case null, default -> throw new IllegalArgumentException("argument %d is %s, and the descriptor wants %s"
                    .formatted(number, value == null ? "null" : "a " + value.getClass().getSimpleName(), layout));
        };
    }

    private static long address(MemorySegment segment, int number) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("argument %d is a segment on the heap, which has no address"
                    .formatted(number));
        }
        return segment.address();
    }

    private static Object result(MemoryLayout layout, Probe probe) {
        long rax = probe.after().get(Gpr.RAX);
        long xmm0 = probe.stateAfter().vector(0, 0);
        return switch (layout) {
            case ValueLayout.OfBoolean _ -> (rax & 0xff) != 0;
            case ValueLayout.OfByte _ -> (byte) rax;
            case ValueLayout.OfShort _ -> (short) rax;
            case ValueLayout.OfChar _ -> (char) rax;
            case ValueLayout.OfInt _ -> (int) rax;
            case ValueLayout.OfLong _ -> rax;
            case ValueLayout.OfFloat _ -> Float.intBitsToFloat((int) xmm0);
            case ValueLayout.OfDouble _ -> Double.longBitsToDouble(xmm0);
            default -> MemorySegment.ofAddress(rax);
        };
    }
}
