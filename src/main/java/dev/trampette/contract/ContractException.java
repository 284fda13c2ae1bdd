package dev.trampette.contract;

/// A contract makes no sense. The message is one line: whose contract, and what is wrong with it.
public final class ContractException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /// One line of message.
    public ContractException(String message) {
        super(message);
    }

    /// One line of message, for what the cause found.
    public ContractException(String message, Throwable cause) {
        super(message, cause);
    }
}
