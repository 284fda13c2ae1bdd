package dev.trampette.probe;

import dev.trampette.image.Image;

/// How much vector state a processor has, and a probe looks at.
public enum Vectors {
    /// None, nor MXCSR on entry; the x87 tag word in a batch only: for speed.
    NONE(0, 0, 0),
    /// xmm0-xmm15.
    XMM(16, 2, 0),
    /// ymm0-ymm15.
    YMM(16, 4, 0),
    /// zmm0-zmm31 and k0-k7.
    ZMM(32, 8, 8);

    private final int registers;
    private final int lanes;
    private final int masks;

    Vectors(int registers, int lanes, int masks) {
        this.registers = registers;
        this.lanes = lanes;
        this.masks = masks;
    }

    /// What this processor has, as far as the system saves it.
    public static Vectors available() {
        return Features.of(Image.shim()).vectors();
    }

    /// The number of vector registers.
    public int registers() {
        return registers;
    }

    /// Their width in 64-bit parts.
    public int lanes() {
        return lanes;
    }

    /// The number of mask registers.
    public int masks() {
        return masks;
    }
}
