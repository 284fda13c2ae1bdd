package dev.trampette.decode;

/// What an instruction does: by Zydis where it is there, and by the table of forms elsewhere. Both tell the same of all
/// that this project ships.
public final class Decoder {

    private Decoder() {
    }

    /// What an instruction does.
    ///
    /// @param code its bytes
    /// @param address of its first byte
    /// @param text as objdump has it in Intel syntax
    public static Operation decode(byte[] code, long address, String text) {
        return Zydis.available().flatMap(zydis -> zydis.decode(code, address, text))
                .orElseGet(() -> TextDecoder.decode(address, code.length, text));
    }

    /// Who decodes on this machine, for people.
    public static String name() {
        return Zydis.available().map(_ -> Zydis.SONAME).orElse("the table of forms");
    }

    /// Of an instruction of ours for which something else stands in the code.
    ///
    /// @param length in bytes
    /// @param text `vmread [rsi], rdi`
    public static Operation ours(long address, int length, String text) {
        return TextDecoder.decode(address, length, text);
    }
}
