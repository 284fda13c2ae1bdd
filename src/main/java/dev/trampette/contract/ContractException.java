package dev.trampette.contract;

import java.util.Optional;

/// A contract makes no sense. The message is one line: whose contract, and what is wrong with it.
public final class ContractException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /// Empty when no line alone is wrong.
    private final String line;

    /// An exception about a whole contract, not a line of it.
    ///
    /// @param message one line: whose contract, and what is wrong with it
    public ContractException(String message) {
        this(message, "", null);
    }

    /// An exception about a whole contract, for what something else found.
    ///
    /// @param message one line: whose contract, and what is wrong with it
    /// @param cause who found it
    public ContractException(String message, Throwable cause) {
        this(message, "", cause);
    }

    /// @param line of the contract, in which it was found
    ContractException(String message, String line, Throwable cause) {
        super(message, cause);
        this.line = line;
    }

    /// The line of the contract that is wrong, when it is one alone.
    Optional<String> line() {
        return Optional.of(line).filter(text -> !text.isEmpty());
    }
}
