package dev.trampette.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.cost.Fork;
import dev.trampette.cost.Group;
import dev.trampette.image.Image;
import dev.trampette.object.ForeignObject;
import dev.trampette.trap.TrappedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The groups of a comparison: B over A, each twice, whosever they are.
class PairGroupsTest {

    /// The code reads its data at a distance and at an address, goes through a stand-in, and has an instruction of
    /// ours; the slower one waits for a chain of multiplications.
    private static final String SOURCE = """
            .globl routine
            .type routine, @function
            routine:
                mov %%rdi, %%rax
                add table(%%rip), %%rax
                mov $table, %%ecx
                add 8(%%rcx), %%rax
                mov %%rax, count(%%rip)
                vmcall
                .rept %d
                imul %%rax, %%rax
                .endr
                jmp __x86_return_thunk
            .size routine, . - routine
            .section .rodata
            table: .quad 3, 5
            .data
            count: .quad 0
            """;

    @TempDir
    private Path directory;

    private ForeignObject load(String name, int multiplications) throws IOException {
        return ForeignObject.load(Files.writeString(directory.resolve(name), SOURCE.formatted(multiplications)));
    }

    private static double median(List<Group> groups, ToDoubleFunction<Group> quantity) {
        return groups.stream().mapToDouble(quantity).sorted().skip(groups.size() / 2).findFirst().orElseThrow();
    }

    @Test
    void the_slower_one_is_slower() throws IOException {
        Contract contract = Contract.parse("symbol=routine\ninstruction=VMCALL\narguments=a:u64\nin=rax:a\n");
        try (ForeignObject fast = load("fast.S", 1); ForeignObject slow = load("slow.S", 60)) {
            PairGroups pair = new PairGroups(Measurable.of(fast, "routine"), Measurable.of(slow, "routine"),
                    List.of(contract, contract));

            Fork fork = pair.measure(Duration.ofMillis(100));
            List<Group> groups = fork.groups(PairGroups.PANEL.name());

            assertThat(fork.panels().getFirst().columns()).containsExactly("B", "A", "B again", "A again");
            assertThat(groups.stream().map(Group::place).distinct().count()).isGreaterThan(1);
            assertThat(median(groups, group -> group.ns()[0] / group.ns()[1])).isGreaterThan(3);
            assertThat(median(groups, group -> group.ns()[2] / group.ns()[0])).isBetween(0.8, 1.25);
            assertThat(median(groups, group -> group.ns()[3] / group.ns()[1])).isBetween(0.8, 1.25);
        }
    }

    /// With the bytes of the hardware image, where each instruction is a success, whatever is in its memory.
    @Test
    void shipped_wrappers() {
        assertThat(TrappedImage.of("hardware").bridge().sites()).isNotEmpty();
        List<Contract> contracts = List.of(Image.hardware().file().contract("trampoline_cpuid"),
                Image.hardware().file().contract("memory_struct_cpuid"));

        Fork fork = new PairGroups(Measurable.ofImage("trampoline_cpuid"), Measurable.ofImage("memory_struct_cpuid"),
                contracts).measure(Duration.ofMillis(50));

        assertThat(median(fork.groups(PairGroups.PANEL.name()), group -> group.ns()[0] / group.ns()[1]))
                .isGreaterThan(1.3);
    }
}
