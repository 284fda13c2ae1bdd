package dev.trampette.report.page;

/// Text between tags.
record Words(String text) implements Markup {

    @Override
    public void write(StringBuilder out) {
        out.append(escape(text));
    }

    /// Text for a page or for the value of an attribute. Characters that neither may hold become U+FFFD.
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(allowed(c) ? c : 0xfffd);
            }
        });
        return escaped.toString();
    }

    private static boolean allowed(int c) {
        return c == '\t' || c == '\n' || c >= 0x20 && c < 0x7f || c >= 0xa0 && c < 0xd800
                || c >= 0xe000 && c < 0xfffe || c >= 0x10000;
    }
}
