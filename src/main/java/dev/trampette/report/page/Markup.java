package dev.trampette.report.page;

/// A piece of a page.
sealed interface Markup permits Tag, Words {

    void write(StringBuilder out);
}
