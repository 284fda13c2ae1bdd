package dev.trampette.verify.kinds;

import dev.trampette.probe.Report;
import dev.trampette.shim.VmxError;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Observation;

/// What C error handlers were told, against what they must be told.
final class Handlers {

    private Handlers() {
    }

    /// The handler and its arguments.
    static void compare(Case c, Rule rule, VmxError expected, Report report, Observation seen) {
        VmxError actual = report.error();
        if (actual.getClass() != expected.getClass()) {
            c.broken(rule, "called " + actual.handler() + ", not " + expected.handler());
            return;
        }
        long[] arguments = arguments(expected);
        int looked = c.isOfOthers() && expected instanceof VmxError.Vmread(_, boolean fault) && !fault ? 1
                : arguments.length;                 // Linux 6.4 and later: vmread_error(field)
        for (int i = 0; i < looked; i++) {
            String where = "%s, argument %d".formatted(expected.handler(), i + 1);
            long told = report.arguments().get(i) & significant(expected, i);
            c.expect(rule, where, arguments[i], told);
            seen.put(where, told);
        }
    }

    /// The bits of an argument that count: a `_Bool` is 0 or 1, and nothing else in its eight.
    private static long significant(VmxError error, int argument) {
        return argument != 1 ? -1 : switch (error) {
            case VmxError.Vmread _ -> VmxError.BOOL;
            case VmxError.Invvpid _ -> VmxError.U16;
            default -> -1;
        };
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
