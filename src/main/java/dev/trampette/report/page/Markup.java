package dev.trampette.report.page;

/// A piece of a page.
sealed interface Markup permits Tag, Words, Style {

    void write(StringBuilder out);
}
