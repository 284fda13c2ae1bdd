package dev.trampette.verify.values;

import java.util.Locale;

/// The arithmetic flags of RFLAGS (SDM volume 1, "EFLAGS Register").
public enum Flag {
    CF(0), PF(2), AF(4), ZF(6), SF(7), OF(11);

    private final int number;

    Flag(int number) {
        this.number = number;
    }

    public long bit() {
        return 1L << number;
    }

    /// The name in findings: `rflags.of`.
    @Override
    public String toString() {
        return "rflags." + name().toLowerCase(Locale.ROOT);
    }
}
