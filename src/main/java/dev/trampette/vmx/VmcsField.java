package dev.trampette.vmx;

import dev.trampette.spec.VmcsTable;
import dev.trampette.spec.VmcsTable.Type;
import dev.trampette.spec.VmcsTable.Width;

/// A field of a VMCS, with width and access as its type: a 64-bit field does not fit a 16-bit accessor, and a read-only
/// field has no write, at compile time. The fields by name are in [VmcsFields].
///
/// The encoding (SDM volume 3C, appendix B):
///
/// ```
///   31      15 14   13 12 11  10 9           1 0
///   | reserved| width |0 | type | index       |high|
/// ```
///
/// Width 0 is 16 bits, 1 is 64, 2 is 32, 3 is natural width. Type 1 is read-only. An odd encoding is the high half of a
/// 64-bit field.
public sealed interface VmcsField {

    /// {@return the encoding, as VMREAD takes it}
    int encoding();

    /// A 16-bit field: 0x0000, 0x0800, 0x0c00 ... None of them is read-only.
    sealed interface Width16 extends VmcsField {

        /// A field that can be written.
        ///
        /// @param encoding as VMREAD takes it
        record ReadWrite(int encoding) implements Width16 {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadWrite {
                require(encoding, Width.BITS16, false, "16-bit");
            }
        }
    }

    /// A 64-bit field: 0x2000, 0x2400, 0x2800, 0x2c00 ...; even, for the high half is a field of 32 bits.
    sealed interface Width64 extends VmcsField {

        /// {@return bits 63:32 of this field, as a field of their own}
        High high();

        /// A field that can be written.
        ///
        /// @param encoding as VMREAD takes it
        record ReadWrite(int encoding) implements Width64 {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadWrite {
                require(encoding, Width.BITS64, false, "64-bit");
            }

            @Override
            public High.ReadWrite high() {
                return new High.ReadWrite(encoding | 1);
            }
        }

        /// VM-exit information.
        ///
        /// @param encoding as VMREAD takes it
        record ReadOnly(int encoding) implements Width64 {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadOnly {
                require(encoding, Width.BITS64, true, "64-bit");
            }

            @Override
            public High.ReadOnly high() {
                return new High.ReadOnly(encoding | 1);
            }
        }
    }

    /// The high 32 bits of a 64-bit field: an odd encoding.
    sealed interface High extends VmcsField {

        /// The high half of a field that can be written.
        ///
        /// @param encoding as VMREAD takes it; odd
        record ReadWrite(int encoding) implements High {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadWrite {
                requireHigh(encoding, false);
            }
        }

        /// The high half of VM-exit information.
        ///
        /// @param encoding as VMREAD takes it; odd
        record ReadOnly(int encoding) implements High {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadOnly {
                requireHigh(encoding, true);
            }
        }
    }

    /// A 32-bit field: 0x4000, 0x4400, 0x4800, 0x4c00 ...
    sealed interface Width32 extends VmcsField {

        /// A field that can be written.
        ///
        /// @param encoding as VMREAD takes it
        record ReadWrite(int encoding) implements Width32 {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadWrite {
                require(encoding, Width.BITS32, false, "32-bit");
            }
        }

        /// VM-exit information.
        ///
        /// @param encoding as VMREAD takes it
        record ReadOnly(int encoding) implements Width32 {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadOnly {
                require(encoding, Width.BITS32, true, "32-bit");
            }
        }
    }

    /// A field of natural width, 64 bits here: 0x6000, 0x6400, 0x6800, 0x6c00 ...
    sealed interface Natural extends VmcsField {

        /// A field that can be written.
        ///
        /// @param encoding as VMREAD takes it
        record ReadWrite(int encoding) implements Natural {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadWrite {
                require(encoding, Width.NATURAL, false, "natural-width");
            }
        }

        /// VM-exit information.
        ///
        /// @param encoding as VMREAD takes it
        record ReadOnly(int encoding) implements Natural {
            /// The encoding of any other kind of field is an [IllegalArgumentException].
            public ReadOnly {
                require(encoding, Width.NATURAL, true, "natural-width");
            }
        }
    }

    private static void requireHigh(int encoding, boolean readOnly) {
        if ((encoding & 1) == 0) {
            throw new IllegalArgumentException("not a high half, encoding=0x%x".formatted(encoding));
        }
        require(encoding & ~1, Width.BITS64, readOnly, "64-bit");
    }

    private static void require(int encoding, Width width, boolean readOnly, String name) {
        boolean legal = (encoding & VmcsTable.RESERVED) == 0 && Width.of(encoding) == width;
        if (!legal || (Type.of(encoding) == Type.READ_ONLY) != readOnly) {
            throw new IllegalArgumentException("not the encoding of a %s %s field, encoding=0x%x"
                    .formatted(readOnly ? "read-only" : "writable", name, encoding));
        }
    }
}
