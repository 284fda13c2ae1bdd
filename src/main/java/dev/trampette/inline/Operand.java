package dev.trampette.inline;

/// An operand of an asm statement.
///
/// @param number as in `%0`
/// @param constraint as it is written, with `=` and `&`; `0` is the number of the operand that it shares its place with
/// @param mode the type, as the compiler calls it: `DI` has 64 bits
/// @param location where it is in this instance
/// @param isOutput whether it is written
/// @param isPointer whether the compiler knows it as an address
/// @param twin of an input, the output in memory that is the same thing: `+m` is two operands; else -1
public record Operand(int number, String constraint, String mode, Location location, boolean isOutput,
        boolean isPointer, int twin) {

    /// The same, of another type.
    Operand in(String type) {
        return new Operand(number, constraint, type.isEmpty() ? mode : type, location, isOutput, isPointer,
                twin);
    }

    /// The same, which is what an output is too.
    Operand withTwin(int output) {
        return new Operand(number, constraint, mode, location, isOutput, isPointer, output);
    }

    /// Whether both are the same thing in memory.
    boolean isSame(Operand output) {
        return location instanceof Location.Memory one && output.location instanceof Location.Memory other
                && output.isOutput && mode.equals(output.mode) && place().equals(output.place())
                && (one.equals(other) || !one.expression().isEmpty() && one.expression().equals(other.expression()));
    }

    /// Its size in bits; 0 when nothing is known.
    public int bits() {
        return switch (mode) {
            case "QI" -> 8;
            case "HI", "HF" -> 16;
            case "SI", "SF" -> 32;
            case "DI", "DF" -> 64;
            case "TI", "TF" -> 128;
            case "OI" -> 256;
            default -> vectorBits();
        };
    }

    /// `V4SF`.
    private int vectorBits() {
        if (!mode.matches("V\\d+[QHSDT][IF]")) {
            return 0;
        }
        int count = Integer.parseInt(mode, 1, mode.length() - 2, 10);
        return count * switch (mode.charAt(mode.length() - 2)) {
            case 'Q' -> 8;
            case 'H' -> 16;
            case 'S' -> 32;
            case 'D' -> 64;
            default -> 128;
        };
    }

    /// The bits of its register that it has.
    public long mask() {
        return bits() == 0 || bits() >= Long.SIZE ? -1 : (1L << bits()) - 1;
    }

    /// The operand whose place it shares.
    ///
    /// @return -1 when it has one of its own
    public int tied() {
        return !isOutput && constraint.matches("%?\\d+") ? Integer.parseInt(constraint.replace("%", "")) : -1;
    }

    /// Whether it is written before all inputs are read.
    public boolean isEarly() {
        return constraint.contains("&");
    }

    /// Whether a general-purpose register of the compiler's choice may hold it.
    public boolean isFree() {
        return constraint.matches("[=+&%JINKLMOeZnims]*[rqRlg][JINKLMOeZnims]*");
    }

    /// The constraint without what says that it is an output.
    public String place() {
        return constraint.replaceAll("[=+&%]", "");
    }
}
