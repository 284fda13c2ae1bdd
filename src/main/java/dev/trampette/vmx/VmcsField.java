package dev.trampette.vmx;

/// A field of a VMCS, with its width as its type: a 64-bit field does not fit a 16-bit accessor, at compile time.
///
/// The encoding (SDM volume 3C, appendix B):
///
/// ```
///   31      15 14   13 12 11  10 9           1 0
///   | reserved| width |0 | type | index       |high|
/// ```
///
/// Width 0 is 16 bits, 1 is 64, 2 is 32, 3 is natural width. An odd encoding is the high half of a 64-bit field.
public sealed interface VmcsField {

    /// The encoding, as VMREAD takes it.
    int encoding();

    /// A 16-bit field: 0x0000, 0x0800, 0x0c00 ...
    record Width16(int encoding) implements VmcsField {
        public Width16 {
            requireWidth(encoding, 0, "16-bit");
        }
    }

    /// A 64-bit field: 0x2000, 0x2400, 0x2800, 0x2c00 ...; even, for the high half is a field of 32 bits.
    record Width64(int encoding) implements VmcsField {
        public Width64 {
            requireWidth(encoding, 1, "64-bit");
        }

        /// Bits 63:32 of this field, as a field of their own.
        public High high() {
            return new High(encoding | 1);
        }
    }

    /// The high 32 bits of a 64-bit field: an odd encoding.
    record High(int encoding) implements VmcsField {
        public High {
            if ((encoding & 1) == 0) {
                throw new IllegalArgumentException("not a high half, encoding=0x%x".formatted(encoding));
            }
            requireWidth(encoding & ~1, 1, "64-bit");
        }
    }

    /// A 32-bit field: 0x4000, 0x4400, 0x4800, 0x4c00 ...
    record Width32(int encoding) implements VmcsField {
        public Width32 {
            requireWidth(encoding, 2, "32-bit");
        }
    }

    /// A field of natural width, 64 bits here: 0x6000, 0x6400, 0x6800, 0x6c00 ...
    record Natural(int encoding) implements VmcsField {
        public Natural {
            requireWidth(encoding, 3, "natural-width");
        }
    }

    private static void requireWidth(int encoding, int width, String name) {
        boolean legal = (encoding & 0xffff9001) == 0 && encoding >>> 13 == width;
        if (!legal) {
            throw new IllegalArgumentException("not the encoding of a %s field, encoding=0x%x"
                    .formatted(name, encoding));
        }
    }
}
