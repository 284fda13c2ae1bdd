package dev.trampette.contract;

/// A contract makes no sense. The message is one line: whose contract, and what is wrong with it.
public final class ContractException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    ContractException(String message) {
        super(message);
    }

    ContractException(String message, Throwable cause) {
        super(message, cause);
    }
}
