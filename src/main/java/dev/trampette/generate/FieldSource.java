package dev.trampette.generate;

import dev.trampette.spec.VmcsTable;
import dev.trampette.spec.VmcsTable.Field;

/// The Java source that holds the VMCS fields as constants whose types are width and access.
final class FieldSource {

    private FieldSource() {
    }

    static JavaFile fields() {
        StringBuilder constants = new StringBuilder();
        for (Field field : VmcsTable.shipped().fields()) {
            String type = type(field);
            constants.append("    /// %s, %s%s%s\n".formatted("0x%04x".formatted(field.encoding()), field.type(),
                            field.text().isEmpty() ? "" : "; " + field.text(),
                            field.verified() ? "." : "; the entry is not verified."))
                    .append("    public static final %s %s =\n".formatted(type, field.name()))
                    .append("            new %s(0x%04x);\n".formatted(type, field.encoding()));
        }
        return new JavaFile("dev.trampette.vmx", "VmcsFields", """
                /// The fields of a VMCS (SDM volume 3C, appendix B).
                public final class VmcsFields {

                $constants$
                    private VmcsFields() {
                    }
                }
                """.replace("$constants$\n", constants + "\n"));
    }

    private static String type(Field field) {
        String width = switch (field.width()) {
            case BITS16 -> "Width16";
            case BITS32 -> "Width32";
            case BITS64 -> "Width64";
            case NATURAL -> "Natural";
        };
        return "VmcsField." + width + (field.type() == VmcsTable.Type.READ_ONLY ? ".ReadOnly" : ".ReadWrite");
    }
}
