package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.RAX;

import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.LoaderStatus;
import dev.trampette.spec.Seamldr;
import dev.trampette.spec.Tdh;
import java.util.Map;

/// The TDX module and the P-SEAMLDR as a host sees them: SEAMCALL.
///
/// The order of the checks (TDX module specification; Linux, `seamcall.S`):
///
/// 1. Not SEAMCALL, or the host is not in VMX operation: #UD.
/// 2. TDX is disabled by firmware: #GP(0).
/// 3. No module is loaded: CF = 1, and no register is written, RAX neither: a wrapper then returns its own leaf.
/// 4. The module is reached, and the six arithmetic flags are 0. RAX bits 15:0 are the leaf, 23:16 the version, 62:24
///    reserved; what is not in the table is OPERAND_INVALID with operand RAX.
/// 5. The state of the module: SYS_NOT_READY or SYS_SHUTDOWN, and nothing but RAX is written.
/// 6. What a test gave with [#script]; else SUCCESS, and each output of the leaf is 0.
///
/// Bit 63 of RAX means the P-SEAMLDR, which compares all of RAX and has no state here.
///
/// The way of a module is [State]. A leaf out of its turn is SYS_NOT_READY here; a module has a status of its own for
/// each of them. Logical processors and packages are not counted: once is for all.
public final class SeamModule implements Shim {

    /// How far initialisation is. TDH.SYS.INFO, TDH.SYS.RD, TDH.SYS.RDALL, TDH.SYS.LP.SHUTDOWN and TDH.SYS.UPDATE are
    /// there in all states but the last, where TDH.SYS.LP.SHUTDOWN alone is, which does nothing.
    public enum State {
        /// Waits for TDH.SYS.INIT.
        LOADED,
        /// Waits for TDH.SYS.LP.INIT, which is there from now on.
        INITIALIZED,
        /// Waits for TDH.SYS.CONFIG.
        LP_INITIALIZED,
        /// Waits for TDH.SYS.KEY.CONFIG.
        CONFIGURED,
        /// All leaves but the three before are there.
        READY,
        /// After TDH.SYS.SHUTDOWN.
        SHUTDOWN
    }

    private final LeafScript script = new LeafScript(Family.TDH);
    private final LeafScript loader = new LeafScript(Family.SEAMLDR);
    private volatile State state;
    private volatile boolean loaded = true;
    private volatile boolean vmxOperation = true;
    private volatile boolean enabled = true;

    /// A module that was just loaded.
    public SeamModule() {
        this(State.LOADED);
    }

    /// A module in some state.
    ///
    /// @param state how far initialisation is
    public SeamModule(State state) {
        this.state = state;
    }

    /// {@return a module that is initialised and configured}
    public static SeamModule ready() {
        return new SeamModule(State.READY);
    }

    /// Say whether there is SEAM software.
    ///
    /// @param on true in a new module; without it SEAMCALL sets CF
    /// @return this
    public SeamModule loaded(boolean on) {
        loaded = on;
        return this;
    }

    /// Say whether the host is in VMX operation.
    ///
    /// @param on true in a new module; outside of it SEAMCALL is #UD
    /// @return this
    public SeamModule vmxOperation(boolean on) {
        vmxOperation = on;
        return this;
    }

    /// Say whether firmware has enabled TDX.
    ///
    /// @param on true in a new module; without it SEAMCALL is #GP
    /// @return this
    public SeamModule enabled(boolean on) {
        enabled = on;
        return this;
    }

    /// Answer a leaf so from now on.
    ///
    /// @param leaf number and version, such as [Tdh#VP_ENTER], or one of the P-SEAMLDR, a [Seamldr]
    /// @param status RAX of the answer
    /// @param outputs what the leaf writes on it; outputs that are not named are 0
    /// @return this
    /// @throws IllegalArgumentException when there is no such leaf, or a register is no output of it
    public SeamModule script(long leaf, CompletionStatus status, Map<Gpr, Long> outputs) {
        script(leaf).always(leaf, status, outputs);
        return this;
    }

    /// Answer the next calls of a leaf so, and then as before: RND_NO_ENTROPY three times, for example.
    ///
    /// @param leaf number and version, such as [Tdh#VP_ENTER], or one of the P-SEAMLDR, a [Seamldr]
    /// @param times how often, 1 or more
    /// @param status RAX of the answer
    /// @param outputs what the leaf writes on it; outputs that are not named are 0
    /// @return this
    /// @throws IllegalArgumentException when there is no such leaf, a register is no output of it, or `times` is below
    ///         1
    public SeamModule scriptNext(long leaf, int times, CompletionStatus status, Map<Gpr, Long> outputs) {
        script(leaf).next(leaf, times, status, outputs);
        return this;
    }

    private LeafScript script(long leaf) {
        return leaf < 0 ? loader : script;
    }

    /// {@return how far initialisation is}
    public State state() {
        return state;
    }

    @Override
    public void execute(Registers registers) {
        if (registers.instruction() != Instruction.SEAMCALL || !vmxOperation) {
            registers.fault(Registers.UD);
        } else if (!enabled) {
            registers.fault(Registers.GP);
        } else if (!loaded) {
            registers.setArithmeticFlags(Registers.CF);
        } else {
            registers.set(RAX, leaf(registers, registers.get(RAX)).code());
            registers.setArithmeticFlags(0);
        }
    }

    private CompletionStatus leaf(Registers registers, long leaf) {
        if (!script(leaf).has(leaf)) {
            return leaf < 0 ? new CompletionStatus(LoaderStatus.EBADPARAM.code())
                    : CompletionStatus.OPERAND_INVALID.with(RAX);
        }
        if (leaf < 0) {
            return answer(registers, leaf);
        }
        synchronized (this) {
            CompletionStatus refused = refusal(leaf);
            if (refused != null) {
                return refused;
            }
            CompletionStatus status = answer(registers, leaf);
            if (status.isSuccess()) {
                state = after(leaf);
            }
            return status;
        }
    }

    private CompletionStatus answer(Registers registers, long leaf) {
        CompletionStatus scripted = script(leaf).scripted(registers, leaf);
        return scripted == null ? script(leaf).byTable(registers, leaf) : scripted;
    }

    /// Why a leaf cannot be called in this state, or null.
    private CompletionStatus refusal(long leaf) {
        boolean allowed = switch ((int) Instruction.leaf(leaf)) {
            case (int) Tdh.SYS_LP_SHUTDOWN -> true;
            case (int) Tdh.SYS_INFO, (int) Tdh.SYS_RD, (int) Tdh.SYS_RDALL, (int) Tdh.SYS_UPDATE ->
                state != State.SHUTDOWN;
            case (int) Tdh.SYS_INIT -> state == State.LOADED;
            case (int) Tdh.SYS_LP_INIT -> state != State.LOADED && state != State.SHUTDOWN;
            case (int) Tdh.SYS_CONFIG -> state == State.LP_INITIALIZED;
            case (int) Tdh.SYS_KEY_CONFIG -> state == State.CONFIGURED;
            default -> state == State.READY;
        };
        if (allowed) {
            return null;
        }
        return state == State.SHUTDOWN ? CompletionStatus.SYS_SHUTDOWN : CompletionStatus.SYS_NOT_READY;
    }

    private State after(long leaf) {
        return switch ((int) Instruction.leaf(leaf)) {
            case (int) Tdh.SYS_INIT -> State.INITIALIZED;
            case (int) Tdh.SYS_LP_INIT -> state == State.INITIALIZED ? State.LP_INITIALIZED : state;
            case (int) Tdh.SYS_CONFIG -> State.CONFIGURED;
            case (int) Tdh.SYS_KEY_CONFIG -> State.READY;
            case (int) Tdh.SYS_SHUTDOWN -> State.SHUTDOWN;
            default -> state;
        };
    }
}
