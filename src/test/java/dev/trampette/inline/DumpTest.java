package dev.trampette.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.spec.Gpr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What GCC 12.2 wrote of seven functions, recorded.
class DumpTest {

    private static final Path RECORDED = Path.of("src/test/resources/dev/trampette/inline");

    private static String recorded(String name) throws IOException {
        return Files.readString(RECORDED.resolve(name));
    }

    private static Instance instance(String function) throws IOException {
        return Dump.read(recorded("statements.final")).stream().filter(one -> one.function().equals(function))
                .findFirst().orElseThrow();
    }

    @Test
    void operands_are_where_the_compiler_put_them() throws IOException {
        Instance call = instance("call");

        assertThat(call.statement().isVolatile()).isTrue();
        assertThat(call.statement().place()).isEqualTo("statements.c:7");
        assertThat(call.statement().constraints()).containsExactly("=a", "=&d", "=r", "m", "c", "0", "2");
        assertThat(call.operand(0).location()).isEqualTo(new Location.Register(Gpr.RAX, false));
        assertThat(call.operand(1).isEarly()).isTrue();
        assertThat(call.operand(2).location()).isEqualTo(new Location.Register(Gpr.R10, true));
        assertThat(call.operand(3).location()).isInstanceOfSatisfying(Location.Memory.class, memory ->
                assertThat(memory.bytes()).isEqualTo(8));
        assertThat(call.operand(5).tied()).isZero();
        assertThat(call.gprs()).containsExactly(Gpr.R11);
        assertThat(call.vectors()).containsExactly(5);
        assertThat(call.hasMemory()).isTrue();
    }

    @Test
    void flags_that_are_read_behind_are_an_output() throws IOException {
        assertThat(instance("bit").operand(0).location()).isEqualTo(new Location.Flags(1));
    }

    @Test
    void labels_have_the_numbers_of_the_assembly() throws IOException {
        Instance jump = instance("jump");

        assertThat(jump.labels()).hasSize(1);
        assertThat(recorded("statements.s")).contains("je .L" + jump.labels().getFirst());
        assertThat(jump.statement().isVolatile()).isTrue();
    }

    @Test
    void addresses_have_all_their_parts() throws IOException {
        assertThat(instance("element").operand(1).location()).isInstanceOfSatisfying(Location.Memory.class, memory -> {
            assertThat(memory.base()).contains(Gpr.RDI);
            assertThat(memory.index()).contains(Gpr.RSI);
            assertThat(memory.scale()).isEqualTo(8);
            assertThat(memory.displacement()).isEqualTo(24);
        });
        assertThat(instance("less").operand(0).location())
                .isEqualTo(new Location.Constant(Optional.of("counter"), 0));
    }

    @Test
    void memory_that_is_read_and_written_is_one_thing() throws IOException {
        Instance count = instance("count");

        assertThat(count.operand(0).isOutput()).isTrue();
        assertThat(count.operand(1).twin()).isZero();
    }

    @Test
    void a_statement_without_operands_is_volatile() throws IOException {
        assertThat(instance("basic").statement().isBasic()).isTrue();
        assertThat(instance("basic").statement().isVolatile()).isTrue();
    }

    @Test
    void copies_and_texts_come_in_the_same_order() throws IOException {
        List<Instance> instances = Dump.read(recorded("statements.final"));
        AssemblyText text = AssemblyText.mark(recorded("statements.s"), instances, "t_");

        for (int n = 0; n < instances.size(); n++) {
            String first = instances.get(n).statement().template().split("[ ;]")[0];
            assertThat(text.text().substring(text.text().indexOf(text.begin(n) + ":"))).containsPattern(
                    "(?s)^t_begin_%d:\n# \\d+ \"[^\n]*\n\t%s".formatted(n, first.replace(".", "\\.")));
        }
        int call = instances.indexOf(instance("call"));
        assertThat(text.surrounding(call).values().constant(Gpr.RCX)).hasValue(7);
        assertThat(text.surrounding(instances.indexOf(instance("less"))).redZone()).isPositive();
        assertThat(text.surrounding(call).redZone()).isZero();
    }

    @Test
    void a_dump_that_ends_too_early_is_told() throws IOException {
        String dump = recorded("statements.final");
        String cut = dump.substring(0, dump.indexOf("(asm_operands") + 20);

        assertThatThrownBy(() -> Dump.read(cut)).isInstanceOf(DumpException.class).hasMessageContaining("the dump");
    }
}
