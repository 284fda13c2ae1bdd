package dev.trampette.decode;

/// Bits of RFLAGS that instructions read and write (SDM volume 1, "EFLAGS Register").
public final class Rflags {

    public static final long CF = 1;
    public static final long PF = 1 << 2;
    public static final long AF = 1 << 4;
    public static final long ZF = 1 << 6;
    public static final long SF = 1 << 7;
    public static final long DF = 1 << 10;
    public static final long OF = 1 << 11;
    public static final long AC = 1 << 18;

    /// CF, PF, AF, ZF, SF and OF.
    public static final long ARITHMETIC = CF | PF | AF | ZF | SF | OF;
    /// Those that are told of an instruction.
    static final long TOLD = ARITHMETIC | DF | AC;

    private Rflags() {
    }

    /// The flags of some letters: `CZ`. A star is all six arithmetic flags.
    static long of(String letters) {
        return letters.chars().mapToLong(letter -> switch (letter) {
            case 'C' -> CF;
            case 'P' -> PF;
            case 'A' -> AF;
            case 'Z' -> ZF;
            case 'S' -> SF;
            case 'D' -> DF;
            case 'O' -> OF;
            case 'X' -> AC;
            case '*' -> ARITHMETIC;
            default -> throw new IllegalArgumentException("no flag, letters=" + letters);
        }).reduce(0, (a, b) -> a | b);
    }
}
