package dev.trampette.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/// The page says what the JSON says.
class PageTest {

    @Test
    void the_verdict_is_the_headline_of_the_json() {
        Drawn page = Drawn.sample();

        Element ratio = page.elements("data").getFirst();
        assertThat(ratio.getAttribute("data-ratio")).isEqualTo(page.json().at("/headline/ratio").toString());
        assertThat(ratio.getAttribute("data-low")).isEqualTo(page.json().at("/headline/low").toString());
        assertThat(ratio.getAttribute("data-high")).isEqualTo(page.json().at("/headline/high").toString());
        assertThat(ratio.getTextContent()).isEqualTo("1.987");
        assertThat(page.elements("h1").getFirst().getTextContent())
                .isEqualTo(page.json().at("/headline/sentence").asString());
    }
}
