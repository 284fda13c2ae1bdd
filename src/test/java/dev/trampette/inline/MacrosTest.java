package dev.trampette.inline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The macro that an asm statement is from.
class MacrosTest {

    private static final Macros MACROS = new Macros("""
            # 1 "ops.h"
            #define ONE(x) asm("incq %0" : "+r" (x))
            #define TWICE "incq %0\\n\\t" "incq %0\\n\\t"
            #define TWO(x) asm(TWICE : "+r" (x))
            #define BOTH(x) do { TWO(x); (x)++; } while (0)
            # 9 "ops.c"
            void f(long x) { BOTH(x); }
            """);

    private static Statement statement(String template) {
        return new Statement("ops.c", 9, template, List.of("=r", "0"), false, false);
    }

    @Test
    void it_is_known_by_its_text() {
        assertThat(MACROS.of(statement("incq %0"), "f(x);")).hasValueSatisfying(macro -> {
            assertThat(macro.name()).isEqualTo("ONE");
            assertThat(Macros.place(MACROS.of(statement("incq %0"), "f(x);"), statement("incq %0")))
                    .isEqualTo("ops.h:1");
        });
    }

    @Test
    void or_by_the_name_in_the_line_that_uses_it() {
        Statement two = statement("incq %0\n\tincq %0\n\t");

        assertThat(MACROS.of(two, "void f(long x) { BOTH(x); }")).hasValueSatisfying(macro -> {
            assertThat(macro.name()).isEqualTo("TWO");
            assertThat(macro.line()).isEqualTo(3);
        });
        assertThat(MACROS.of(two, "asm(TWICE : \"+r\" (x));")).isEmpty();
        assertThat(MACROS.of(two, "g(x);")).isEmpty();
        assertThat(Macros.place(MACROS.of(two, "g(x);"), two)).isEqualTo("ops.c:9");
    }
}
