package dev.trampette.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.SpecimenResult;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tables keep to the screen; and the table of rules is whole.
class TableTest {

    private static Table table() {
        return new Table("name", "ns", "what is said of it", "more").wrap("what is said of it").drop("ns", "more")
                .row("trampoline_cpuid", 12.5, "a sentence that is longer than the others and has to go on",
                        "xxxxxxxxx")
                .row("inline_cpuid", 3, "short", "y");
    }

    @Test
    void all_is_there_where_there_is_room() {
        assertThat(table().text(100)).isEqualTo("""
                name                ns  what is said of it                                          more
                ----------------  ----  ----------------------------------------------------------  ---------
                trampoline_cpuid  12.5  a sentence that is longer than the others and has to go on  xxxxxxxxx
                inline_cpuid         3  short                                                       y
                """);
    }

    @Test
    void cells_wrap_first() {
        assertThat(table().text(70)).isEqualTo("""
                name                ns  what is said of it                   more
                ----------------  ----  -----------------------------------  ---------
                trampoline_cpuid  12.5  a sentence that is longer than the   xxxxxxxxx
                                        others and has to go on
                inline_cpuid         3  short                                y
                """);
    }

    @Test
    void then_columns_go_in_their_order_and_are_named() {
        assertThat(table().text(54)).isEqualTo("""
                name              what is said of it         more
                ----------------  -------------------------  ---------
                trampoline_cpuid  a sentence that is longer  xxxxxxxxx
                                  than the others and has
                                  to go on
                inline_cpuid      short                      y
                Left out in 54 columns: ns.
                """);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 20, 33, 60})
    void no_line_is_longer_than_the_screen(int screen) {
        assertThat(table().text(screen).lines()).allSatisfy(line -> assertThat(line.length())
                .isLessThanOrEqualTo(screen));
    }

    @Test
    void a_document_has_all_of_it() {
        assertThat(table().markdown()).contains("| name ", "| more ", "and has to go on | xxxxxxxxx |");
    }

    @Test
    void one_is_no_plural() {
        assertThat(Count.of(1, "wrapper")).isEqualTo("1 wrapper");
        assertThat(Count.of(0, "wrapper")).isEqualTo("0 wrappers");
    }

    @ParameterizedTest
    @EnumSource
    void a_rule_has_an_example_that_breaks_it(Rule rule) {
        Map<String, String> breaks = SpecimenResult.all().stream().collect(Collectors.toMap(Contract::symbol,
                contract -> contract.specimen().orElseThrow().breaks()));

        RuleText text = RuleText.of(rule);

        if (rule.isOfStatements()) {
            assertThat(text.example()).startsWith("asm (");
        } else {
            assertThat(breaks).containsEntry(text.example(), rule.label());
        }
        assertThat(text.broken()).endsWith(".");
        assertThat(text.why()).endsWith(".");
    }
}
