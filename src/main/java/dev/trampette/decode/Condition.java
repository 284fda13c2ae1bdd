package dev.trampette.decode;

import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;

/// What SETcc and CMOVcc ask of the flags (SDM volume 1, appendix B, "EFLAGS Condition Codes").
public final class Condition {

    private static final Map<String, LongPredicate> CONDITIONS = Map.ofEntries(
            Map.entry("o", flags -> has(flags, Rflags.OF)),
            Map.entry("b", flags -> has(flags, Rflags.CF)),
            Map.entry("e", flags -> has(flags, Rflags.ZF)),
            Map.entry("be", flags -> has(flags, Rflags.CF | Rflags.ZF)),
            Map.entry("s", flags -> has(flags, Rflags.SF)),
            Map.entry("p", flags -> has(flags, Rflags.PF)),
            Map.entry("l", Condition::isLess),
            Map.entry("le", flags -> isLess(flags) || has(flags, Rflags.ZF)),
            Map.entry("a", flags -> !has(flags, Rflags.CF | Rflags.ZF)),
            Map.entry("g", flags -> !isLess(flags) && !has(flags, Rflags.ZF)));
    private static final Map<String, String> OPPOSITES = Map.of("no", "o", "ae", "b", "ne", "e", "ns", "s", "np", "p",
            "ge", "l");

    private Condition() {
    }

    /// Whether the condition of an instruction holds; empty when it has none.
    ///
    /// @param mnemonic as objdump has it in Intel syntax: `sete`, `cmovae`
    public static Optional<Boolean> of(String mnemonic, long flags) {
        String code = mnemonic.startsWith("set") ? mnemonic.substring(3)
                : mnemonic.startsWith("cmov") ? mnemonic.substring(4) : "";
        return Optional.ofNullable(CONDITIONS.get(code)).map(one -> one.test(flags))
                .or(() -> Optional.ofNullable(OPPOSITES.get(code)).map(CONDITIONS::get).map(one -> !one.test(flags)));
    }

    private static boolean has(long flags, long bits) {
        return (flags & bits) != 0;
    }

    private static boolean isLess(long flags) {
        return has(flags, Rflags.SF) != has(flags, Rflags.OF);
    }
}
