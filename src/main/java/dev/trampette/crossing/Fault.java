package dev.trampette.crossing;

import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperCrash.Kind;
import dev.trampette.call.WrapperPanic;
import dev.trampette.crossing.Unexecutable.Group;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.spec.Gpr;
import java.util.Optional;
import java.util.OptionalLong;

/// What a signal of the processor in a routine means: the vector, the bytes of the instruction, and the registers tell.
///
/// @param departure the signal
/// @param entered the routine that was called
/// @param stack RSP at the call, or 0 when nobody knows
public record Fault(Departure departure, Code entered, long stack) {

    /// What is said where neither the instruction nor its address tells why.
    public static final String UNEXPLAINED =
            "general protection, perhaps an address that is not canonical or not aligned";

    /// Vectors (SDM volume 3, "Exception and Interrupt Reference").
    static final int STACK = 12;
    static final int PROTECTION = 13;
    static final int PAGE = 14;
    private static final int DIVIDE = 0;
    private static final int INVALID_OPCODE = 6;
    private static final int X87 = 16;
    private static final int ALIGNMENT = 17;
    private static final int SSE = 19;

    private static final int SIGABRT = 6;
    /// `SEGV_ACCERR`, sigaction(2): the memory is there.
    private static final int ACCESS_DENIED = 2;
    private static final String[] SIGNALS = {"", "", "", "", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "", "",
        "SIGSEGV"};

    /// How far RSP can be from where it should be and is still said to be off: the frame of a probe, and as much below.
    private static final long NEAR = 512;

    /// The exception.
    ///
    /// @param place where
    WrapperCrash exception(String place) {
        MachineInstruction machine = MachineInstruction.of(
                ReadableMemory.bytes(departure.rip(), MachineInstruction.LONGEST));
        if (departure.number() == SIGABRT) {
            return crash(Kind.SIGNAL, "SIGABRT, abort()", place);
        }
        Optional<String> underTest = Unexecutable.of(machine, Group.UNDER_TEST).map(Unexecutable::name);
        return switch (departure.trap()) {
            case INVALID_OPCODE -> underTest.map(name -> real(name, place))
                    .orElseGet(() -> !machine.isUd2() ? crash(Kind.SIGNAL, "SIGILL, no valid instruction", place)
                            : isOfTheRoutine() ? new WrapperPanic(place, departure.rip())
                            : crash(Kind.SIGNAL, "UD2, SIGILL", place));
            case PROTECTION -> underTest.map(name -> real(name, place)).orElseGet(() -> protection(machine, place));
            case STACK -> crash(Kind.SIGNAL, "SIGBUS, stack fault, %s is not canonical".formatted(
                    "[rsp] or [rbp]: rsp=0x%x rbp=0x%x".formatted(register(Gpr.RSP), register(Gpr.RBP))), place);
            case ALIGNMENT -> crash(Kind.SIGNAL, "SIGBUS, misaligned access with RFLAGS.AC set", place);
            case DIVIDE -> crash(Kind.SIGNAL, "SIGFPE, divide error", place);
            case X87, SSE -> crash(Kind.SIGNAL, "SIGFPE, floating-point exception that is not masked", place);
            case PAGE -> page(place);
            default -> crash(Kind.SIGNAL, signal() + " (address 0x%x)".formatted(departure.address()), place);
        };
    }

    private WrapperCrash real(String name, String place) {
        return crash(Kind.SIGNAL, "a real %s was executed: %s".formatted(name, signal()), place);
    }

    /// The wrappers of the images stop with UD2, and so does what was called; whatever that calls has reasons of its
    /// own.
    private boolean isOfTheRoutine() {
        return Image.isWrapper(departure.rip())
                || Image.isInside(departure.rip(), entered);
    }

    /// A page that is not there, or may not be used so. A jump to it took the address from the stack when it was a RET.
    private WrapperCrash page(String place) {
        boolean isCode = departure.code() == ACCESS_DENIED      // code may be read: so it was a write
                && ReadableMemory.isExecutable(departure.address());
        if (isCode || departure.rip() != departure.address()) {
            String what = !isCode ? "" : Image.isInside(departure.address(), entered)
                    ? ", a write to the routine's own code" : ", a write to code";
            return accessing(departure.address(), "%s%s (address 0x%x)".formatted(signal(), what,
                    departure.address()), place);
        }
        long rsp = register(Gpr.RSP);
        OptionalLong popped = ReadableMemory.word(rsp - 8);
        return popped.isPresent() && popped.getAsLong() == departure.rip()
                ? wildReturn(departure.rip(), rsp - stack, "the return")
                : jump("%s, jump to 0x%x, where no code is".formatted(signal(), departure.rip()), place,
                        departure.rip());
    }

    private WrapperCrash accessing(long address, String message, String place) {
        return new WrapperCrash(Kind.SIGNAL, message, place, departure.rip(), OptionalLong.of(address),
                OptionalLong.empty());
    }

    private WrapperCrash wildReturn(long target, long off, String place) {
        boolean isNear = stack != 0 && off >= -NEAR && off <= NEAR;
        if (isNear && off != 0) {
            return crash(Kind.WILD_RETURN, "RSP is off by %+d at the RET, which goes to 0x%x".formatted(off, target),
                    place);
        }
        return jump("%s, RET to 0x%x, where no code is".formatted(signal(), target)
                + (isNear ? ": the return address was overwritten" : ""), place, target);
    }

    /// General protection has many reasons.
    private WrapperCrash protection(MachineInstruction machine, String place) {
        long rip = departure.rip();
        if (!ReadableMemory.isCanonical(rip)) {
            return wildJump(rip, place);
        }
        Optional<Unexecutable> privileged = Unexecutable.of(machine, Group.PRIVILEGED);
        if (privileged.isPresent()) {
            return crash(Kind.SIGNAL, "general protection, %s is privileged".formatted(privileged.get().name()), place);
        }
        if (machine.isReturn()) {
            long rsp = register(Gpr.RSP);
            OptionalLong target = ReadableMemory.word(rsp);
            if (target.isPresent() && !ReadableMemory.isCanonical(target.getAsLong())) {
                return wildReturn(target.getAsLong(), rsp + 8 - stack, place);
            }
        }
        OptionalLong address = machine.address(departure.registers());
        if (address.isPresent() && !ReadableMemory.isCanonical(address.getAsLong())) {
            return accessing(address.getAsLong(), "general protection, the address 0x%x is not canonical".formatted(
                    address.getAsLong()), place);
        }
        if (machine.isIndirectJump()) {
            OptionalLong target = address.isPresent() ? ReadableMemory.word(address.getAsLong())
                    : machine.register(departure.registers());
            if (target.isPresent()) {
                return wildJump(target.getAsLong(), place);
            }
        }
        if (machine.isOfVectors() && address.isPresent() && address.getAsLong() % machine.alignment() != 0) {
            return accessing(address.getAsLong(), "general protection, misaligned vector access, address 0x%x, "
                    .formatted(address.getAsLong()) + "alignment " + machine.alignment(), place);
        }
        return crash(Kind.SIGNAL, UNEXPLAINED, place);
    }

    private WrapperCrash wildJump(long target, String place) {
        return jump("general protection, jump to 0x%x, where no code is: not canonical".formatted(target), place,
                target);
    }

    private WrapperCrash jump(String message, String place, long target) {
        return new WrapperCrash(Kind.JUMP, message, place, departure.rip(), OptionalLong.empty(),
                OptionalLong.of(target));
    }

    private WrapperCrash crash(Kind kind, String message, String place) {
        return new WrapperCrash(kind, message, place, departure.rip());
    }

    private String signal() {
        return SIGNALS[departure.number()];
    }

    private long register(Gpr register) {
        return departure.registers()[register.ordinal()];
    }
}
