package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Callee;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Memory;
import dev.trampette.spec.Memory.Contents;
import dev.trampette.spec.Place;
import dev.trampette.spec.Range;
import dev.trampette.spec.Source;
import dev.trampette.spec.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What makes no sense in a contract.
final class ContractRules {

    private static final int MOST_ARGUMENTS = 32;
    static final int MOST_ELEMENTS = 1 << 16;
    private static final int MOST_ALIGNMENT = 4096;
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
        require(signature.values().size() <= MOST_ARGUMENTS, "more than %d arguments", MOST_ARGUMENTS);
        require(Stream.concat(signature.values().stream().map(Value::name), contract.memory().stream()
                .map(Argument::name)).distinct().count() == signature.values().size() + contract.memory().size(),
                "two arguments of one name");
        arguments.forEach(ContractRules::argument);
        contract.memory().forEach(ContractRules::argument);
        memory(contract);
        fills(contract);
        require(signature.values().stream().allMatch(value -> value.kind() == Value.Kind.SCALAR)
                || contract.effect().isEmpty(), "a structure, or more than 64 bits, beside an instruction");
        values(signature);
        promised(contract);
        int alignment = contract.promises().alignment();
        require(alignment > 0 && Integer.bitCount(alignment) == 1, "alignment is no power of 2");
        require(signature.status() != Gpr.RSP, "status=rsp");
        signature.returned().ifPresent(value -> require(value.members().stream().noneMatch(member ->
                member.argument().type().isPointer()), "result=%s; a pointer is u64", value.type()));
        require(signature.convention().isC() || arguments.stream().noneMatch(argument ->
                argument.type().isFloating() || argument.type() == Argument.Type.F80),
                "floating-point arguments with convention=%s", signature.convention());
        require(!signature.places().contains(new Place.Register(Gpr.RSP)), "an argument in rsp");
        require(contract.promises().clobbers().isPresent() || !contract.promises().losesVectors(),
                "vectors without clobbers=");
        contract.promises().stackAlignment().ifPresent(bytes -> require(bytes >= 8 && bytes <= 64
                && Integer.bitCount(bytes) == 1, "stack=%d; it is 8, 16, 32 or 64", bytes));
        contract.promises().secrets().forEach(name -> require(arguments.stream().anyMatch(argument ->
                (argument.name() + ".").startsWith(name + ".") && argument.callee().isEmpty()),
                "secret=%s is no argument", name));
        require(contract.same().isEmpty() || contract.effect().isEmpty(), "same=%s beside an instruction",
                contract.same().orElse(""));
        externals(contract);
        if (contract.effect().isEmpty()) {
            require(signature.convention() != Convention.STACK, "convention=stack without an instruction");
        } else {
            require(signature.returned().isEmpty() || signature.result().filter(Argument.Type::isInteger).isPresent(),
                    "result= is no integer beside an instruction, whose answer is the result");
            contract.effect().get().returned().keySet().forEach(place -> require(place != Gpr.RSP
                    && (signature.isVoid() || place != signature.status()),
                    "returns=%s, where the status is; result=void says that there is none", place));
            require(signature.result().isEmpty() || !contract.effect().get().instruction().isEntry(),
                    "result= of a VM entry, whose answer is the result");
            effect(contract.effect().get(), signature.convention(), arguments);
        }
    }

    private static void values(Signature signature) {
        require(signature.returned().stream().noneMatch(ValueText::hasFunction),
                "result= has a pointer to a function; it is u64 there");
        signature.values().stream().filter(value -> value.kind() == Value.Kind.STRUCTURE)
                .flatMap(value -> value.members().stream().filter(member -> value.members().stream().anyMatch(other ->
                        other != member && other.offset() / Long.BYTES == member.offset() / Long.BYTES)))
                .forEach(member -> require(member.argument().range().isAll() || !member.argument().type().isFloating(),
                        "%s has a range, and shares eight bytes", member.argument()));
        int passed = signature.convention().equals(Convention.SYSV) ? Argument.Type.I32.bytes() : 0;
        signature.fixed().ifPresent(fixed -> signature.values().stream().skip(fixed).forEach(value -> require(
                value.kind() != Value.Kind.SCALAR || value.bytes() >= passed
                        && value.members().getFirst().argument().type() != Argument.Type.F32,
                "%s behind ...: C passes it as an int, or a double", value)));
        require(signature.fixed().isEmpty() || signature.convention().isC(), "... is for functions of C");
    }

    private static void promised(Contract contract) {
        List<Argument> arguments = contract.signature().arguments();
        contract.promises().ignored().keySet().forEach(element -> require(arguments.stream().anyMatch(argument ->
                argument.type().isWritten() && element.startsWith(argument.name() + "[")
                        && Integer.parseInt(element.substring(argument.name().length() + 1, element.length() - 1))
                        < argument.length()), "ignore=%s is no element of an argument that is written", element));
        contract.promises().zeros().forEach(place -> require(!contract.signature().places().contains(place),
                "zero=%s, where an argument is", place));
        require(contract.effect().isEmpty() || contract.promises().changes().isEmpty()
                && contract.promises().ignored().isEmpty(), "changes= or ignore= beside an instruction");
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
        boolean isIntegers = callee.parameters().stream().flatMap(List::stream).allMatch(Argument.Type::isInteger);
        require(isIntegers, "%s%s: parameters are integers; a pointer is u64", name, callee);
        if (callee.result() instanceof Callee.Value(Argument.Type type, Range range)) {
            require(!type.isPointer() && type != Argument.Type.F80, "%s%s: it returns a pointer, which is u64, or f80",
                    name, callee);
            require(range.names().isEmpty(), "%s%s: its values depend on no argument", name, callee);
            range(new Argument(name, type, range));
        }
    }

    private static void argument(Argument argument) {
        argument.callee().ifPresent(callee -> callee(argument.name(), callee));
        Argument.Type type = argument.type();
        Memory memory = argument.memory();
        if (!type.isPointer()) {
            require(argument.equals(new Argument(argument.name(), type, argument.range()))
                    || argument.callee().isPresent(), "%s is no pointer", argument);
        } else {
            require(argument.length() <= MOST_ELEMENTS, "%s is too long", argument);
            contents(argument);
        }
        Argument.Type element = argument.element();
        require(!element.isPointer() && element != Argument.Type.BOOL && element != Argument.Type.F80
                && (type != Argument.Type.STRING || element.isInteger() && element.bytes() < Long.BYTES),
                "%s: elements are u8 u16 u32 u64 i8 i16 i32 i64 f32 f64, of a string u8 u16 u32", argument);
        require(memory.alignment() >= 0 && memory.alignment() <= MOST_ALIGNMENT
                && Integer.bitCount(memory.alignment()) <= 1, "%s: align is a power of 2, %d at most", argument,
                MOST_ALIGNMENT);
        range(argument);
    }

    private static void contents(Argument argument) {
        switch (argument.memory().contents()) {
            case Contents.Any _ -> { }
            case Contents.Within(Range range) -> {
                range(new Argument(argument.name(), argument.element(), range));
                require(argument.type() != Argument.Type.STRING || !range.spans().isEmpty(),
                        "%s: the characters of a text have a range", argument);
            }
            case Contents.Listed(List<Memory.Item> items) -> require(items.size() <= argument.length(),
                    "%s has no room for %d elements", argument, items.size());
            case Contents.Texts(List<String> texts) -> require(!argument.element().isFloating()
                    && texts.stream().allMatch(text -> argument.encoded(text).length <= argument.size()),
                    "%s has no room for its texts", argument);
        }
    }

    /// Buffers without an argument, and the addresses of all among contents.
    private static void memory(Contract contract) {
        contract.memory().forEach(buffer -> require(buffer.callee().isPresent()
                || buffer.isPointer() && !buffer.isNullable(), "memory=%s is no buffer and no function", buffer));
        Set<String> names = Stream.concat(contract.buffers().stream(), functions(contract)).map(Argument::name)
                .collect(Collectors.toSet());
        for (Argument buffer : contract.buffers()) {
            if (buffer.memory().contents() instanceof Contents.Listed(List<Memory.Item> items)) {
                for (Memory.Item item : items) {
                    if (item instanceof Memory.Item.Address(String name, _)) {
                        require(names.contains(name), "%s: there is no buffer %s; memory=%s:in[N] makes one, %s:fn "
                                + "a function", buffer, name, name, name);
                        require(buffer.element() == Argument.Type.U64, "%s: an address is a word", buffer);
                    }
                }
            }
        }
    }

    /// The functions of the lab to which something points.
    private static Stream<Argument> functions(Contract contract) {
        return Stream.concat(contract.signature().arguments().stream(), contract.memory().stream())
                .filter(argument -> argument.callee().isPresent());
    }

    /// Who fills which buffer.
    static void fills(Contract contract) {
        List<String> names = contract.buffers().stream().map(Argument::name).toList();
        contract.fills().keySet().forEach(name -> {
            if (!names.contains(name)) {
                throw new ContractException("not a contract, symbol=%s, fill: there is no buffer %s; there are %s"
                        .formatted(contract.symbol(), name, names));
            }
        });
    }

    private static void range(Argument argument) {
        Argument.Type type = argument.type();
        Range range = argument.range();
        require(!type.isFloating() || range.traits().isEmpty(), "%s: a floating-point number is neither odd nor even",
                argument);
        for (Range.Span span : range.spans()) {
            require(span.step() > 0, "%s: a step is 1 at least", argument);
            if (span.low().isFixed() && span.high().isFixed()) {
                BigDecimal low = span.low().fixed();
                BigDecimal high = span.high().fixed();
                require(low.compareTo(high) <= 0, "%s has no values", argument);
                require(!type.isInteger() || isOf(low, type) && isOf(high, type), "%s is not a range of its type, "
                        + "whose values go from %s to %s", argument, type.isSigned() ? Extents.greatest(type).not() : 0,
                        Extents.greatest(type));
            }
        }
    }

    /// Where `int` is written as u32, and `long` as u64, they may be negative.
    private static boolean isOf(BigDecimal value, Argument.Type type) {
        BigDecimal greatest = new BigDecimal(Extents.greatest(type));
        BigDecimal least = type.isSigned() ? greatest.negate().subtract(BigDecimal.ONE)
                : type.bytes() >= Integer.BYTES ? greatest.divide(BigDecimal.TWO, 0, RoundingMode.UP).negate()
                : BigDecimal.ZERO;
        return value.scale() == 0 && value.compareTo(greatest) <= 0 && value.compareTo(least) >= 0;
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
