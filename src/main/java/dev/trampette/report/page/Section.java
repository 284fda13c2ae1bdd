package dev.trampette.report.page;

/// What the page is made of: a heading, and what stands below it.
///
/// @param id for links
record Section(String id, String title, Tag body) {

    /// A section for which the report has nothing, and says so.
    static Section without(String id, String title, String why) {
        return new Section(id, title, Tag.of("p", "class", "absent").add(why));
    }

    Tag html() {
        return Tag.of("section", "id", id, "aria-labelledby", id + "-title")
                .add(Tag.of("h2", "id", id + "-title").add(title), body);
    }
}
