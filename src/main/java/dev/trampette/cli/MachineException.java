package dev.trampette.cli;

/// This machine cannot do what was asked for: a tool is missing. The message says what, and what to do.
final class MachineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MachineException(String message) {
        super(message);
    }
}
