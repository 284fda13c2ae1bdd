package dev.trampette.report;

/// A number and what is counted: `1 wrapper`, `2 wrappers`.
public final class Count {

    private Count() {
    }

    /// With an `s`, but for one.
    public static String of(long number, String noun) {
        return number + " " + (number == 1 ? noun : noun + "s");
    }
}
