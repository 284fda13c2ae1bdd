package dev.trampette.cli;

/// How wide the screen is that text is for, in columns.
final class Screen {

    /// The launcher asks the terminal, for Java cannot.
    static final String PROPERTY = "trampette.columns";

    private static final int NO_TERMINAL = 100;
    /// Nothing fits in less.
    private static final int LEAST = 40;

    private Screen() {
    }

    /// What the launcher says, else COLUMNS, else 100: the width of a file.
    static int columns() {
        return columns(System.getProperty(PROPERTY, System.getenv("COLUMNS")));
    }

    /// A width as a variable has it; what is no number is no width.
    static int columns(String text) {
        return text == null || !text.matches("[1-9]\\d{0,3}") ? NO_TERMINAL : Math.max(LEAST, Integer.parseInt(text));
    }
}
