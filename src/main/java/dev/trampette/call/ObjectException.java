package dev.trampette.call;

import java.util.List;

/// An object cannot be used: the input is wrong. The message is one line: what, where, what to do.
public sealed class ObjectException extends RuntimeException permits MissingToolException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> detail;

    /// In a line.
    ///
    /// @param message what, where, what to do
    public ObjectException(String message) {
        this(message, List.of());
    }

    /// With what a tool has said.
    ///
    /// @param message what, where, what to do
    /// @param detail the lines of the tool
    public ObjectException(String message, List<String> detail) {
        super(message);
        this.detail = List.copyOf(detail);
    }

    /// Code whose pages cannot be written to.
    ///
    /// @param address of the code
    /// @return the exception
    public static ObjectException unchangeable(long address) {
        return new ObjectException("this system does not let code be changed, address=0x%x".formatted(address));
    }

    /// What a compiler, an assembler or the linker had to say, in its own lines; to be printed before the message.
    ///
    /// @return the lines; none when no tool has said anything
    public List<String> detail() {
        return detail;
    }
}
