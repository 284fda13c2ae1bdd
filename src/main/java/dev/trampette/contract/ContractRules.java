package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Callee;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import dev.trampette.spec.Source;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What makes no sense in a contract.
final class ContractRules {

    private static final int MOST_ARGUMENTS = 32;
    private static final int MOST_ELEMENTS = 1 << 16;
    /// Doubles hold integers up to here.
    private static final double EXACT = 1L << 53;
    /// The verifier has a script for so many answers.
    private static final int MOST_CALLS = 15;
    private static final int MOST_FIELDS = 16;
    private static final int MOST_WRITES = 4;
    /// The instructions whose operands are arguments.
    private static final Set<Instruction> VMX = EnumSet.of(Instruction.VMREAD, Instruction.VMWRITE,
            Instruction.VMCLEAR, Instruction.VMPTRLD, Instruction.VMPTRST, Instruction.VMXON, Instruction.VMXOFF,
            Instruction.INVEPT, Instruction.INVVPID);

    private ContractRules() {
    }

    /// @throws IllegalArgumentException with the message, when a condition does not hold
    static void require(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }

    /// @throws IllegalArgumentException with what is wrong
    static void check(Contract contract) {
        Signature signature = contract.signature();
        List<Argument> arguments = signature.arguments();
        require(arguments.size() <= MOST_ARGUMENTS, "more than %d arguments", MOST_ARGUMENTS);
        require(arguments.stream().map(Argument::name).distinct().count() == arguments.size(),
                "two arguments of one name");
        arguments.forEach(ContractRules::argument);
        int alignment = contract.promises().alignment();
        require(alignment > 0 && Integer.bitCount(alignment) == 1, "alignment is no power of 2");
        require(signature.status() != Gpr.RSP, "status=rsp");
        signature.result().ifPresent(type -> require(!type.isPointer(), "result=%s; a pointer is u64", type.label()));
        require(signature.convention().isC() || arguments.stream().noneMatch(argument ->
                argument.type().isFloating()), "floating-point arguments with convention=%s", signature.convention());
        require(!signature.places().contains(new Place.Register(Gpr.RSP)), "an argument in rsp");
        require(contract.promises().clobbers().isPresent() || !contract.promises().losesVectors(),
                "vectors without clobbers=");
        contract.promises().stackAlignment().ifPresent(bytes -> require(bytes >= 8 && bytes <= 64
                && Integer.bitCount(bytes) == 1, "stack=%d; it is 8, 16, 32 or 64", bytes));
        contract.promises().secrets().forEach(name -> require(arguments.stream().anyMatch(argument ->
                argument.name().equals(name) && argument.callee().isEmpty()), "secret=%s is no argument", name));
        require(contract.same().isEmpty() || contract.effect().isEmpty(), "same=%s beside an instruction",
                contract.same().orElse(""));
        externals(contract);
        if (contract.effect().isEmpty()) {
            require(signature.convention() != Convention.STACK, "convention=stack without an instruction");
        } else {
            require(signature.result().filter(Argument.Type::isFloating).isEmpty(),
                    "result= is a floating-point number beside an instruction, whose answer is the result");
            contract.effect().get().returned().keySet().forEach(place -> require(place != Gpr.RSP
                    && (signature.isVoid() || place != signature.status()),
                    "returns=%s, where the status is; result=void says that there is none", place));
            require(signature.result().isEmpty() || !contract.effect().get().instruction().isEntry(),
                    "result= of a VM entry, whose answer is the result");
            effect(contract.effect().get(), signature.convention(), arguments);
        }
    }

    private static void externals(Contract contract) {
        List<External> externals = contract.externals();
        require(externals.stream().map(External::name).distinct().count() == externals.size(),
                "two external= of one name");
        for (External external : externals) {
            switch (external) {
                case External.Function(String name, Callee callee) -> callee(name, callee);
                case External.Variable variable -> {
                    require(variable.words() > 0, "external=%s has no words", variable);
                    variable.callee().ifPresent(callee -> callee(variable.name(), callee));
                }
            }
        }
    }

    private static void callee(String name, Callee callee) {
        boolean isIntegers = callee.parameters().stream().flatMap(List::stream)
                .noneMatch(type -> type.isPointer() || type.isFloating());
        require(isIntegers, "%s%s: parameters are integers; a pointer is u64", name, callee);
        if (callee.result() instanceof Callee.Value(Argument.Type type, Argument.Range range)) {
            require(!type.isPointer(), "%s%s: a pointer is u64", name, callee);
            range(new Argument(name, type, 0, range));
        }
    }

    private static void argument(Argument argument) {
        argument.callee().ifPresent(callee -> callee(argument.name(), callee));
        Argument.Type type = argument.type();
        require(type.isPointer() == argument.length() > 0,
                type.isPointer() ? "%s points to how much? %s:%s[N]" : "%s is no pointer", argument, argument.name(),
                type.label());
        require(argument.length() <= MOST_ELEMENTS, "%s is too long", argument);
        Argument.Type element = argument.element();
        require(element == Argument.Type.U64 || type != Argument.Type.STRING && !element.isPointer()
                && element != Argument.Type.BOOL, "%s: elements are u8 u16 u32 u64 f32 f64", argument);
        range(argument);
    }

    private static void range(Argument argument) {
        Argument.Type type = argument.type();
        Argument.Range range = argument.range();
        if (range.isAll()) {
            return;
        }
        require(range.low() <= range.high(), "%s has no values", argument);
        require(!type.isPointer(), "%s is a pointer, with a range", argument);
        require(Double.isFinite(range.low()) && Double.isFinite(range.high()), "%s has an end without a number",
                argument);
        require(type.isFloating() || isExact(range.low(), type) && isExact(range.high(), type),
                "%s is not a range of its type; integers to 2^53", argument);
    }

    private static boolean isExact(double value, Argument.Type type) {
        double most = type == Argument.Type.U64 ? EXACT : type.significantBits();
        return value == Math.rint(value) && value <= most && value >= -EXACT;
    }

    private static void effect(Effect effect, Convention convention, List<Argument> arguments) {
        Instruction instruction = effect.instruction();
        boolean pointer = arguments.stream().anyMatch(Argument::isPointer);
        effect.inputs().forEach((register, source) -> require(isKnown(arguments, source), "in=%s:%s is no argument",
                register, source));
        require(effect.fields().size() <= MOST_FIELDS, "more than %d fields", MOST_FIELDS);
        effect.retry().ifPresent(retry -> require(retry.most() >= 1 && retry.most() <= MOST_CALLS,
                "retry=0x%x:%d: 1 to %d calls", retry.status(), retry.most(), MOST_CALLS));
        if (!effect.steps().isEmpty()) {
            require(effect.inputs().isEmpty() && effect.outputs().isEmpty() && effect.retry().isEmpty()
                    && effect.fields().isEmpty(), "in=, out=, retry= or fields= beside executes=");
            steps(effect, arguments);
            return;
        }
        boolean isVmx = VMX.contains(instruction);
        require(isVmx || instruction.isEntry() || effect.failure().isReported(),
                "handler= is for VMX instructions");
        require(isVmx || instruction.isEntry() || instruction == Instruction.SEAMCALL
                || effect.failure().equals(Effect.Failure.LINUX), "failed= is for VMX instructions and SEAMCALL");
        require(instruction.isHypercall() || effect.hypercall().isEmpty(),
                "interface= is for VMCALL, VMMCALL and VMGEXIT");
        require(instruction.isEntry() || effect.entry().exit().isEmpty(), "exit= is for VMLAUNCH and VMRESUME");
        effect.entry().handler().ifPresent(handler -> {
            require(instruction.isEntry(), "handler=%s; it is none or not there", handler);
            require(arguments.stream().anyMatch(argument -> argument.name().equals(handler) && !argument.isPointer()),
                    "handler=%s; it is none, or the argument to which a failing VM entry jumps", handler);
        });
        require(!isVmx || effect.refusal() == Effect.Refusal.UD2, "refused= is for TDG.VP.VMCALL");
        if (convention == Convention.STACK) {
            require(instruction == Instruction.VMREAD && arguments.size() == 2 && !pointer,
                    "convention=stack is for vmread_error(field, fault)");
        } else if (isVmx) {
            int least = instruction == Instruction.VMXOFF || instruction == Instruction.VMPTRST ? 0
                    : instruction == Instruction.VMREAD && !pointer || instruction == Instruction.VMXON ? 1 : 2;
            require(arguments.size() >= least && (arguments.size() <= 3 || !effect.fields().isEmpty()),
                    "%s with %d arguments; say where its operands are from, executes=%s(%s)", instruction,
                    arguments.size(), instruction, Step.names(instruction).stream().map(name -> name + ":...")
                            .collect(Collectors.joining(",")));
        }
        effect.writes().forEach((name, count) -> require(arguments.stream().anyMatch(argument ->
                argument.name().equals(name) && argument.type().isWritten() && argument.length() >= count),
                "writes=%s[%d] is not the beginning of an out or inout argument", name, count));
        require(effect.writes().size() <= MOST_WRITES, "more than %d in writes=", MOST_WRITES);
        int room = arguments.stream().filter(argument -> argument.type().isWritten())
                .mapToInt(Argument::length).sum();
        require(effect.outputs().size() <= room, "more in out= than an argument has room for");
    }

    private static void steps(Effect effect, List<Argument> arguments) {
        require(effect.steps().getFirst().instruction() == effect.instruction(),
                "executes= begins with %s, and instruction=%s", effect.steps().getFirst().instruction(),
                effect.instruction());
        require(effect.steps().size() <= MOST_FIELDS, "more than %d instructions in executes=", MOST_FIELDS);
        effect.steps().forEach(step -> step.operands().forEach((operand, source) -> require(isKnown(arguments, source),
                "executes=%s, %s:%s is no argument", step, operand, source)));
    }

    private static boolean isKnown(List<Argument> arguments, Source source) {
        return switch (source) {
            case Source.Constant _ -> true;
            case Source.Parameter(String name) -> arguments.stream().anyMatch(argument ->
                    argument.name().equals(name));
            case Source.Element(String name, int index) -> arguments.stream().anyMatch(argument ->
                    argument.name().equals(name) && index < argument.length());
        };
    }
}
