package dev.trampette.spec;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a pointer points to, beyond the type of its elements.
///
/// @param count how many elements there are; of a string the most, the 0 included
/// @param contents what they hold before the call
/// @param alignment what the address is a multiple of; 0 when nobody says: then as much as an element needs
/// @param sharing whether it may lie where other memory of the call lies
public record Memory(Amount count, Contents contents, int alignment, Sharing sharing) {

    /// No memory at all.
    public static final Memory NONE = of(0);

    /// {@return memory of any content, which has nothing in common with other memory}
    ///
    /// @param count how many elements it has; 0 is [#NONE]
    public static Memory of(int count) {
        return new Memory(Amount.of(count), Contents.Any.VALUE, 0, Sharing.APART);
    }

    /// {@return the names of the arguments that count and contents depend on; none for what is the same in each call}
    public Set<String> names() {
        Stream<Amount> held = switch (contents) {
            case Contents.Within(Range range) -> range.names().stream().map(Amount.Of::new);
            case Contents.Listed(List<Item> items) -> items.stream().flatMap(item -> switch (item) {
                case Item.Number(Amount value) -> Stream.of(value);
                case Item.Address(String _, Amount offset) -> Stream.of(offset);
                case Item.Any _ -> Stream.empty();
            });
            case Contents.Any _, Contents.Texts _ -> Stream.empty();
        };
        return Stream.concat(Stream.of(count), held).flatMap(amount -> amount.names().stream())
                .collect(Collectors.toSet());
    }

    /// Whether two buffers may have bytes in common.
    public enum Sharing {
        /// They do not; but two that are only read may be the same.
        APART,
        /// They may begin at the same address.
        EQUAL,
        /// They may have a part in common too.
        OVERLAP
    }

    /// What memory holds before a call.
    public sealed interface Contents {

        /// Anything.
        record Any() implements Contents {

            /// The one.
            public static final Any VALUE = new Any();

            @Override
            public String toString() {
                return "";
            }
        }

        /// Elements, or the characters of a string, of a range.
        ///
        /// @param range the values of each element
        record Within(Range range) implements Contents {
            @Override
            public String toString() {
                return range.toString();
            }
        }

        /// These elements in this order, and anything behind them.
        ///
        /// @param items the first elements, in order
        record Listed(List<Item> items) implements Contents {
            @Override
            public String toString() {
                return "={%s}".formatted(String.join(",", items.stream().map(Item::toString).toList()));
            }
        }

        /// One of these texts, encoded in elements ([Argument#encoded]).
        ///
        /// @param texts the choices; a check tries each
        record Texts(List<String> texts) implements Contents {
            @Override
            public String toString() {
                return "{%s}".formatted(String.join(",", texts.stream().map(Texts::quoted).toList()));
            }

            /// {@return a text with quotation marks, as a contract has it}
            ///
            /// @param text any; a control character, and one from 0x7f to 0xff, becomes `\xHH`
            public static String quoted(String text) {
                StringBuilder quoted = new StringBuilder("\"");
                text.chars().forEach(c -> quoted.append(c == '"' || c == '\\' ? "\\" + (char) c
                        : c < ' ' || c >= 0x7f && c < 0x100 ? "\\x%02x".formatted(c) : (char) c));
                return quoted.append('"').toString();
            }
        }
    }

    /// An element.
    public sealed interface Item {

        /// A number.
        ///
        /// @param value what it is, with as many bits as the element has
        record Number(Amount value) implements Item {
            @Override
            public String toString() {
                return value.toString();
            }
        }

        /// The address of memory of the same contract, or of a place in it.
        ///
        /// @param name of the argument that points there
        /// @param offset in bytes from its beginning
        record Address(String name, Amount offset) implements Item {
            @Override
            public String toString() {
                return offset.equals(Amount.of(0)) ? "&" + name : "&%s+%s".formatted(name, offset);
            }
        }

        /// Anything.
        record Any() implements Item {
            @Override
            public String toString() {
                return "?";
            }
        }
    }
}
