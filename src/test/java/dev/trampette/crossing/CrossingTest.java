package dev.trampette.crossing;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.ImageException;
import dev.trampette.call.Result;
import dev.trampette.contract.Contract;
import dev.trampette.image.Function;
import dev.trampette.image.Image;
import dev.trampette.probe.Probe;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Gpr;
import dev.trampette.tdx.Design;
import dev.trampette.tdx.TdGuest;
import dev.trampette.tdx.TdVmcall;
import dev.trampette.vmx.Vmcs;
import dev.trampette.vmx.VmreadDesign;
import dev.trampette.vmx.Vmx;
import dev.trampette.vmx.VmxDesign;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The way into an image and back.
class CrossingTest {

    private static final MemorySegment DEPARTURE = CallBlock.current().departure();

    private static Crossing answering(Arena arena) {
        return Crossing.to(Image.shim(), registers -> {
            registers.set(Gpr.RAX, 0);
            registers.set(Gpr.R10, 0);
            registers.set(Gpr.R11, 42);
        }, arena);
    }

    @Test
    void a_pointer_must_be_alive_and_native() throws Throwable {
        MethodHandle rdmsr = answering(Arena.global()).bind(Image.shim().function("trampoline_rdmsr"));
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(JAVA_LONG);
            assertThat((long) rdmsr.invokeExact(DEPARTURE, 1, closed)).isZero();
            assertThat(closed.get(JAVA_LONG, 0)).isEqualTo(42);
        }

        assertThatThrownBy(() -> rdmsr.invoke(DEPARTURE, 1, closed)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> rdmsr.invoke(DEPARTURE, 1, MemorySegment.ofArray(new long[1])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_crossing_ends_with_its_arena() {
        MethodHandle hlt;
        try (Arena arena = Arena.ofConfined()) {
            hlt = answering(arena).bind(Image.shim().function("inline_hlt"));
        }

        assertThatThrownBy(() -> hlt.invoke(DEPARTURE, true)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_function_of_another_image_is_refused() {
        assertThatThrownBy(() -> answering(Arena.global()).bind(Image.hardware().function("inline_hlt")))
                .isInstanceOf(ImageException.class)
                .hasMessage("a function of another image, symbol=inline_hlt, its image=hardware, image=shim");
    }

    @Test
    void an_image_without_the_runtime_is_refused_every_time() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Crossing.to(Image.nullStub(), _ -> { }, Arena.global()))
                    .isInstanceOf(ImageException.class).hasMessageContaining("guarded_signals");
        }
    }

    @Test
    void floating_point_arguments_are_in_vector_registers() throws Throwable {
        Image image = Image.named("specimens");
        Crossing crossing = Crossing.to(image, _ -> { }, Arena.global());
        MethodHandle mixed = crossing.bind(image.function("mixed_arguments"));
        MethodHandle sum = crossing.bind(image.function("sum_of_floats"));

        assertThat((double) mixed.invokeExact(DEPARTURE, 1.5, 100L, 0.25f, 1000, 20.0)).isEqualTo(1121.75);
        assertThat((float) sum.invokeExact(DEPARTURE, 1.5f, 2.5f)).isEqualTo(4f);
    }

    /// Of every function of every image, with all that a contract may say: bound, or refused in a sentence.
    @ParameterizedTest
    @ValueSource(strings = {"shim", "specimens", "twins"})
    void every_contract_can_be_bound_or_says_why_not(String name) {
        Image image = Image.named(name);
        Crossing crossing = Crossing.to(image, _ -> { }, Arena.ofAuto());
        int refused = 0;
        for (Contract contract : image.contracts()) {
            if (image.symbol(contract.symbol()) instanceof Function function) {
                try {
                    assertThat(crossing.bind(function).type()).isEqualTo(
                            function.descriptor().toMethodType().insertParameterTypes(0, MemorySegment.class));
                } catch (IllegalArgumentException e) {
                    refused++;
                    assertThat(e).hasMessageMatching("`enter` passes 6 integer and 8 floating-point arguments, "
                            + "symbol=\\w+, integer=\\d+, floating-point=\\d+");
                    assertThat(contract.signature().arguments()).hasSizeGreaterThan(6);
                }
            }
        }
        assertThat(refused > 0).isEqualTo(!name.equals("shim"));
    }

    /// Nothing is left of calls whose arena is closed: as many made again take no more code cache and no more memory.
    @Test
    void calls_that_are_closed_leave_nothing() {
        made(1000);
        long before = memory();
        made(3000);
        long after = memory();

        assertThat(after - before).isLessThan(2 << 20);
    }

    private static void made(int times) {
        Shim shim = new TdxModule(new GhciVmm().msr(0x10, 42));
        for (int i = 0; i < times; i++) {
            try (Arena arena = Arena.ofConfined()) {
                assertThat(TdGuest.of(Design.TRAMPOLINE, shim, arena).readMsr(0x10)).isEqualTo(new Result.Ok<>(42L));
                if (i % 100 == 0) {
                    assertThat(TdVmcall.of(Design.INLINE, shim, arena)).isNotNull();
                    assertThat(Vmx.of(VmreadDesign.FUNCTION, VmxDesign.FUNCTION, shim, arena)).isNotNull();
                    assertThat(Vmcs.of(VmreadDesign.FUNCTION, shim, arena)).isNotNull();
                }
            }
        }
    }

    /// Bytes of code cache, in which the stubs of a crossing lie: 1,400 for each.
    private static long memory() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().startsWith("Code"))
                .mapToLong(pool -> pool.getUsage().getUsed()).sum();
    }

    @Test
    void a_probe_calls_routines_only() {
        assertThatThrownBy(() -> new Probe(answering(Arena.global())).call("guard_previous"))
                .isInstanceOf(ImageException.class);
    }

    /// Alignment checks are on while the wrapper runs, and off while the shim does.
    @ParameterizedTest
    @ValueSource(strings = {"inline_hlt", "trampoline_hlt", "memory_struct_hlt", "per_leaf_hlt"})
    void alignment_checks_do_not_reach_the_shim(String wrapper) {
        List<Long> flags = new ArrayList<>();
        Probe probe = new Probe(Crossing.to(Image.shim(), registers -> {
            flags.add(registers.rflags() & Registers.AC);
            registers.set(Gpr.RAX, 0);
        }, Arena.global()));
        probe.before().setRflags(Registers.AC);
        probe.call(wrapper);

        assertThat(flags).containsExactly(Registers.AC);
        assertThat(probe.after().rflags() & Registers.AC).isEqualTo(Registers.AC);
    }

    /// Nor the error handler.
    @ParameterizedTest
    @ValueSource(strings = {"stack_trampoline_vmread", "branch_out_vmread", "function_vmread"})
    void alignment_checks_do_not_reach_the_error_handler(String wrapper) {
        List<VmxError> errors = new ArrayList<>();
        Probe probe = new Probe(Crossing.to(Image.shim(), new Shim() {
            @Override
            public void execute(Registers registers) {
                registers.setArithmeticFlags(Registers.CF);
            }

            @Override
            public void error(VmxError error) {
                errors.add(error);
            }
        }, Arena.global()));
        probe.before().setRflags(Registers.AC);
        probe.before().set(Gpr.RDI, 7);
        probe.call(wrapper);

        assertThat(errors).containsExactly(new VmxError.Vmread(7, false));
        assertThat(probe.after().rflags() & Registers.AC).isEqualTo(Registers.AC);
    }

    @Test
    void a_shared_routine_can_be_called_as_its_contract_says() throws Throwable {
        MethodHandle rdmsr = answering(Arena.global()).bind(Image.shim().function("tdvmcall_rdmsr"));
        MemorySegment value = Arena.global().allocate(JAVA_LONG);

        assertThat((long) rdmsr.invokeExact(DEPARTURE, 1, value)).isZero();
        assertThat(value.get(JAVA_LONG, 0)).isEqualTo(42);
        assertThat(Image.shim().function("tdx_hypercall_ret").descriptor().argumentLayouts()).hasSize(1);
        assertThat(Image.shim().function("vmread_function").descriptor().argumentLayouts()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Registers.CF, Registers.ZF, Registers.ARITHMETIC_FLAGS})
    void the_flags_at_a_call_are_the_ones_asked_for(long flags) {
        List<Long> seen = new ArrayList<>();
        Probe probe = new Probe(Crossing.to(Image.named("specimens"), registers -> {
            seen.add(registers.rflags() & Registers.ARITHMETIC_FLAGS);
            registers.set(Gpr.RAX, 0);
        }, Arena.global()));
        probe.before().setRflags(flags);
        probe.call("flags_at_entry");

        assertThat(seen).containsExactly(flags);
    }

    /// The second kind of entry in the exception table, EXTABLE_FAULT.
    @ParameterizedTest
    @ValueSource(ints = {Registers.UD, Registers.GP})
    void a_fix_up_can_get_the_vector_of_the_fault(int vector) {
        Probe probe = new Probe(Crossing.to(Image.named("specimens"), registers -> registers.fault(vector),
                Arena.global()));
        probe.before().set(Gpr.R12, -1);
        probe.call("vector_of_fault");

        assertThat(probe.after().get(Gpr.RAX)).isEqualTo(vector);
        assertThat(probe.after().get(Gpr.R12)).isEqualTo(vector);
        assertThat(probe.after().get(Gpr.RCX)).isEqualTo(probe.before().get(Gpr.RCX));
    }
}
