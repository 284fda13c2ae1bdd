package dev.trampette.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The fields of a VMCS (SDM volume 3C, appendix B).
///
/// @param fields the entries, in the order of the table
public record VmcsTable(List<Field> fields) {

    /// One field. What kind it is, its encoding says:
    ///
    /// ```
    ///   31      15 14   13 12 11  10 9           1 0
    ///   | reserved| width |0 | type | index       |high|
    /// ```
    ///
    /// @param name in upper case: that of Linux where it has one
    /// @param encoding as VMREAD takes it; even
    /// @param verified whether the entry was checked against a source
    /// @param text what else is known, or an empty text
    public record Field(String name, int encoding, boolean verified, String text) {

        /// {@return the width of the value}
        public Width width() {
            return Width.of(encoding);
        }

        /// {@return what the field is for}
        public Type type() {
            return Type.of(encoding);
        }

        /// {@return the number inside its group of width and type, 0 to 511}
        public int index() {
            return encoding >>> 1 & 0x1ff;
        }
    }

    /// The width of a field: bits 14:13 of the encoding.
    public enum Width {
        /// 0: 16 bits.
        BITS16("16 bits"),
        /// 1: 64 bits; the high half of it is a field of 32 bits too.
        BITS64("64 bits"),
        /// 2: 32 bits.
        BITS32("32 bits"),
        /// 3: 64 bits on a processor with 64-bit mode.
        NATURAL("natural");

        private static final Width[] ALL = values();

        private final String text;

        Width(String text) {
            this.text = text;
        }

        /// {@return the width that an encoding says}
        ///
        /// @param encoding of a field, or of the high half of one
        public static Width of(int encoding) {
            return ALL[encoding >>> 13 & 3];
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// The type of a field: bits 11:10 of the encoding.
    public enum Type {
        /// 0: what is asked of the processor.
        CONTROL("control"),
        /// 1: what the processor says of the last exit.
        READ_ONLY("read-only"),
        /// 2: what an entry loads and an exit saves.
        GUEST("guest"),
        /// 3: what an exit loads.
        HOST("host");

        private static final Type[] ALL = values();

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /// {@return the type that an encoding says}
        ///
        /// @param encoding of a field, or of the high half of one
        public static Type of(int encoding) {
            return ALL[encoding >>> 10 & 3];
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// The bits of an encoding that must be 0: 31:15, 12, and 0 of what is not the high half of a field.
    public static final int RESERVED = 0xffff9001;

    /// {@return the table that comes with this library; or its replacement in the directory that the system property
    /// `dev.trampette.tables` names}
    ///
    /// @throws TableException when a replacement is wrong
    public static VmcsTable shipped() {
        return read(Yaml.shipped("vmcs.yaml"));
    }

    /// {@return the table in a text: YAML, as LEAVES.md beside the shipped tables describes it}
    ///
    /// @param file how to call it in messages
    /// @param text its content
    /// @throws TableException at the first entry that is wrong
    static VmcsTable read(String file, String text) {
        return read(Yaml.parse(file, text));
    }

    private static VmcsTable read(Yaml table) {
        List<Field> fields = new ArrayList<>();
        Map<Integer, String> encodings = new HashMap<>();
        Map<String, Integer> names = new HashMap<>();
        for (Yaml entry : table.required(table.members("fields"), "fields").items()) {
            Map<String, Yaml> keys = entry.members("name", "encoding", "verified", "text");
            Yaml node = entry.required(keys, "encoding");
            Field field = new Field(entry.required(keys, "name").name(), (int) node.number(),
                    !keys.containsKey("verified") || keys.get("verified").flag(),
                    keys.containsKey("text") ? keys.get("text").text() : "");
            if (!field.name.matches("[A-Z][A-Z0-9_]*")) {
                throw entry.error("not a name of a field: " + field.name);
            }
            if (node.number() >>> 32 != 0 || (field.encoding & RESERVED) != 0) {
                throw node.error("not an encoding, bits 31:15, 12 and 0 are 0: 0x%x".formatted(node.number()));
            }
            if (names.put(field.name, field.encoding) != null) {
                throw entry.error("the name " + field.name + " is used twice");
            }
            String other = encodings.put(field.encoding, field.name);
            if (other != null) {
                throw node.error("the encoding 0x%x of %s is the one of %s".formatted(field.encoding, field.name,
                        other));
            }
            fields.add(field);
        }
        return new VmcsTable(List.copyOf(fields));
    }

    /// {@return the field with an encoding; empty when there is none}
    ///
    /// @param encoding an even one: high halves are no entries
    public Optional<Field> find(int encoding) {
        return fields.stream().filter(field -> field.encoding == encoding).findFirst();
    }

    /// {@return the field with a name; empty when there is none}
    ///
    /// @param name in upper case: `GUEST_RIP`
    public Optional<Field> find(String name) {
        return fields.stream().filter(field -> field.name.equals(name)).findFirst();
    }
}
