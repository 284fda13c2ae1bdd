package dev.trampette.abi;

import dev.trampette.shim.VmxError;

/// What C error handlers were told, against what they must be told.
final class Handlers {

    private Handlers() {
    }

    /// The handler and its arguments.
    static void compare(Case c, Rule rule, VmxError expected, VmxError actual, Observation seen) {
        if (actual.getClass() != expected.getClass()) {
            c.broken(rule, "called " + actual.handler() + ", not " + expected.handler());
            return;
        }
        for (int i = 0; i < arguments(expected).length; i++) {
            String where = "%s, argument %d".formatted(expected.handler(), i + 1);
            c.expect(rule, where, arguments(expected)[i], arguments(actual)[i]);
            seen.put(where, arguments(actual)[i]);
        }
    }

    private static long[] arguments(VmxError error) {
        return switch (error) {
            case VmxError.Vmread(long field, boolean fault) -> new long[] {field, fault ? 1 : 0};
            case VmxError.Vmwrite(long field, long value) -> new long[] {field, value};
            case VmxError.Vmclear(long vmcs, long address) -> new long[] {vmcs, address};
            case VmxError.Vmptrld(long vmcs, long address) -> new long[] {vmcs, address};
            case VmxError.Invvpid(long type, long vpid, long address) -> new long[] {type, vpid, address};
            case VmxError.Invept(long type, long eptp) -> new long[] {type, eptp};
            case VmxError.SpuriousFault() -> new long[0];
        };
    }
}
