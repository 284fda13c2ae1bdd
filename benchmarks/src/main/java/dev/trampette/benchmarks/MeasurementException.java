package dev.trampette.benchmarks;

/// JMH cannot measure here and now: another run of it holds the machine, or a fork of it failed.
public final class MeasurementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MeasurementException(String message, Throwable cause) {
        super(message, cause);
    }
}
