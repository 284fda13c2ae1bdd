package dev.trampette.report.page;

/// A file that is no report. The message says what is wrong and where in the document, in one line.
public final class ReportFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReportFormatException(String message) {
        super(message);
    }
}
