package dev.trampette.verify.inline;

import dev.trampette.inline.InlineCode;
import dev.trampette.inline.Instance;
import dev.trampette.inline.Location;
import dev.trampette.inline.Operand;
import dev.trampette.inline.Variant;
import dev.trampette.probe.State;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// One copy of a statement: which operand is where, what is given to it, and what of that it left means something.
final class Plan {

    /// A part of what a statement finds that it may not depend on.
    ///
    /// @param what which
    /// @param place a register, for messages
    /// @param operand the number of an operand, or -1
    /// @param change gives it other values
    record Part(What what, String place, int operand, Consumer<Setting> change) {

        String key() {
            return what + place;
        }
    }

    /// Kinds of parts.
    enum What {
        /// A register that is no input.
        REGISTER,
        /// The bits of a register above an input.
        UPPER,
        /// The value of an output before it is written.
        OLD,
        FLAGS,
        VECTOR,
        /// The stack of the function.
        STACK,
        /// Memory behind a pointer, outside of operands.
        MEMORY
    }

    private static final int BIG_FRAME = 8 << 10;
    private static final int MOST_INDEX = 16;

    private final InlineCode.Copy copy;
    private final Instance instance;
    private final Stage stage;
    private final Kinds kinds;
    private final OperandMemory memory;
    private final RandomGenerator random;
    /// The operand whose number a register has.
    private final Map<Gpr, Integer> inputs = new EnumMap<>(Gpr.class);
    /// The operand whose buffer a register points into, by the number of the operand.
    private final Map<Gpr, Integer> bases = new EnumMap<>(Gpr.class);
    private final Map<Gpr, Integer> indices = new EnumMap<>(Gpr.class);
    private final OptionalInt alignment;

    Plan(InlineCode.Copy copy, Stage stage, Kinds kinds, RandomGenerator random) {
        this.copy = copy;
        this.instance = copy.instance();
        this.stage = stage;
        this.kinds = kinds;
        this.memory = new OperandMemory(copy.instance(), stage);
        this.random = random;
        this.alignment = copy.surrounding().alignment();
        for (Operand operand : instance.operands()) {
            switch (operand.location()) {
                case Location.Register(Gpr gpr, _) when !operand.isOutput() ->
                    inputs.merge(gpr, operand.number(), Math::min);
                case Location.Memory at -> {
                    at.base().filter(_ -> at.symbol().isEmpty())
                            .ifPresent(base -> bases.putIfAbsent(base, first(operand)));
                    at.index().ifPresent(index -> indices.putIfAbsent(index, operand.number()));
                    at.base().filter(_ -> at.symbol().isPresent())
                            .ifPresent(base -> indices.putIfAbsent(base, operand.number()));
                }
                default -> {
                }
            }
        }
        indices.keySet().removeAll(bases.keySet());
        bases.remove(Gpr.RSP);
    }

    OperandMemory memory() {
        return memory;
    }

    Instance instance() {
        return instance;
    }

    InlineCode.Copy copy() {
        return copy;
    }

    /// The input whose number is in a register.
    Optional<Integer> inputIn(Gpr register) {
        return Optional.ofNullable(inputs.get(register));
    }

    /// The operand in memory whose address is in a register.
    Optional<Integer> addressIn(Gpr register) {
        return Optional.ofNullable(bases.get(register)).or(() -> Optional.ofNullable(indices.get(register)));
    }

    private boolean isFramePointer(Gpr register) {
        return register == Gpr.RBP && !inputs.containsKey(Gpr.RBP) && instance.output(Gpr.RBP).isEmpty()
                && (copy.surrounding().framePointer().isPresent() || bases.containsKey(Gpr.RBP));
    }

    /// The buffer that a register points into, by its key.
    Optional<Integer> buffer(Gpr register) {
        if (isFramePointer(register) || register == Gpr.RSP) {
            return Optional.empty();
        }
        if (bases.containsKey(register)) {
            return Optional.of(kinds.first(bases.get(register)));
        }
        return Optional.ofNullable(inputs.get(register)).filter(kinds::isPointer).map(kinds::first);
    }

    /// A setting with the values of a draw, and random ones in all else.
    Setting setting(Draw draw) {
        Setting setting = Setting.random(random);
        long pointer = stage.stackPointer(alignment.orElse(0));
        setting.registers[Gpr.RSP.ordinal()] = pointer;
        for (Gpr register : Gpr.values()) {
            if (register != Gpr.RSP) {
                value(register, draw, setting, pointer);
            }
        }
        for (Operand operand : instance.inputs()) {
            if (operand.location() instanceof Location.Vector(int number, _)) {
                System.arraycopy(draw.vector(operand.number()), 0, setting.vectors, number * State.LANES,
                        lanes(operand));
            }
        }
        instance.operands().forEach(operand -> memory.of(operand, setting).ifPresent(bytes ->
                memory.write(setting, bytes, draw.operand(first(operand), bytes.size()))));
        return setting;
    }

    private void value(Gpr register, Draw draw, Setting setting, long pointer) {
        int n = register.ordinal();
        Integer input = inputs.get(register);
        Optional<Integer> buffer = buffer(register);
        if (isFramePointer(register)) {
            setting.registers[n] = pointer + copy.surrounding().framePointer().orElse(BIG_FRAME);
        } else if (buffer.isPresent()) {
            int key = buffer.get();
            boolean isOwn = !(copy.variant() instanceof Variant.Compiled) && bases.containsKey(register);
            setting.registers[n] = stage.buffer(key).address() + Stage.CENTRE
                    + (isOwn ? kinds.offset(bases.get(register)) : 0);
            setting.buffers.put(key, draw.buffer(key).clone());
        } else if (input != null && kinds.constant(input).isPresent()) {
            setting.registers[n] = kinds.constant(input).getAsLong();
        } else if (indices.containsKey(register)) {
            setting.registers[n] = Math.floorMod(draw.number(input == null ? indices.get(register) + 1000
                    : kinds.first(input)),
                    MOST_INDEX);
        } else if (input != null) {
            setting.registers[n] = mix(draw.number(kinds.first(input)), setting.registers[n], input);
        }
    }

    /// The bits of an operand, and others above.
    private long mix(long value, long above, int operand) {
        long mask = widest(operand);
        return value & mask | above & ~mask;
    }

    /// The bits that the widest input in the same register has.
    private long widest(int operand) {
        Location location = instance.operand(operand).location();
        return instance.inputs().stream().filter(one -> one.location().equals(location)
                || one.location() instanceof Location.Register(Gpr gpr, _)
                && location instanceof Location.Register(Gpr other, _) && gpr == other)
                .mapToLong(Operand::mask).reduce(0, (a, b) -> a | b);
    }

    /// The first operand at the same place: `+m` is two of them.
    private static int first(Operand operand) {
        return operand.twin() >= 0 ? operand.twin() : operand.number();
    }

    /// 64-bit parts of a vector that an operand has.
    private static int lanes(Operand operand) {
        return Math.clamp((operand.bits() + Long.SIZE - 1) / Long.SIZE, 1, State.LANES);
    }

    /// What of a passage means something, by name.
    ///
    /// @param isLeafKnown whether it is known which leaf of the TDX module is called
    Map<String, String> effect(Setting setting, Passage passage, boolean isLeafKnown) {
        Map<String, String> effect = new LinkedHashMap<>();
        passage.crash().ifPresent(crash -> effect.put("end", crash.kind().toString()));
        for (int n = 0; n < passage.executions().size(); n++) {
            executed(n, passage.executions().get(n), isLeafKnown, effect);
        }
        passage.asides().forEach(aside -> effect.merge("what goes out", "%s %x %x".formatted(aside.what(),
                aside.what().selector().isEmpty() ? 0 : aside.selector(), aside.what().sent().isEmpty() ? 0
                        : aside.sent()), String::concat));
        if (passage.isCrash()) {
            return effect;
        }
        effect.put("way", Integer.toString(passage.way()));
        for (Operand output : instance.outputs()) {
            value(output, setting, passage).ifPresent(value -> effect.put("%" + output.number(), value));
        }
        if (instance.hasMemory() || instance.statement().isBasic()) {
            passage.buffers().forEach((key, bytes) -> effect.put("memory behind %" + key,
                    Integer.toHexString(Arrays.hashCode(bytes))));
        }
        return effect;
    }

    private Optional<String> value(Operand output, Setting setting, Passage passage) {
        return switch (output.location()) {
            case Location.Register(Gpr gpr, _) -> Optional.of("0x%x".formatted(passage.get(gpr) & output.mask()));
            case Location.Vector(int number, _) -> {
                long[] lanes = Arrays.copyOfRange(passage.vectors(), number * State.LANES,
                        number * State.LANES + lanes(output));
                lanes[lanes.length - 1] &= output.bits() % Long.SIZE == 0 ? -1 : output.mask();
                yield Optional.of(Arrays.toString(lanes));
            }
            case Location.Flags(long mask) -> Optional.of("0x%x".formatted(passage.rflags() & mask));
            case Location.Memory _ -> memory.of(output, setting).map(bytes ->
                    HexFormat.of().formatHex(memory.read(bytes, setting, passage)));
            default -> Optional.empty();
        };
    }

    private static void executed(int n, Passage.Executed one, boolean isLeafKnown,
            Map<String, String> effect) {
        String at = " at %s%s".formatted(one.name(), n == 0 ? "" : " " + (n + 1));
        if (!one.what().instruction().isLeaf()) {
            one.operands().forEach((name, value) -> effect.put(name + at, "0x%x".formatted(value)));
            if (one.what().instruction().isHypercall() && !one.isSystemCall()) {
                effect.put("rax" + at, "0x%x".formatted(one.get(Gpr.RAX)));
            }
            return;
        }
        effect.put("rax" + at, "0x%x".formatted(one.get(Gpr.RAX)));
        if (isLeafKnown && Answers.isVmcall(one)) {
            effect.put("rcx" + at, "0x%x".formatted(one.get(Gpr.RCX)));
            Gpr.selectedBy(one.get(Gpr.RCX) & Answers.LEGAL).forEach(register ->
                    effect.put(register + at, "0x%x".formatted(one.get(register))));
        }
    }

    /// All that a statement may not depend on.
    ///
    /// @param withOld whether that is the old value of an output too
    List<Part> parts(Setting base, boolean withOld) {
        List<Part> parts = new ArrayList<>();
        for (Gpr register : Gpr.values()) {
            int n = register.ordinal();
            Integer input = inputs.get(register);
            if (register == Gpr.RSP || isFramePointer(register) || buffer(register).isPresent()
                    || indices.containsKey(register)) {
                continue;
            }
            Optional<Operand> output = instance.output(register);
            if (input == null) {
                if (output.isEmpty() || withOld) {
                    parts.add(new Part(output.isPresent() ? What.OLD : What.REGISTER, register.toString(),
                            output.map(Operand::number).orElse(-1),
                            setting -> setting.registers[n] = random.nextLong()));
                }
            } else if (widest(input) != -1 && kinds.constant(input).isEmpty()) {
                long mask = widest(input);
                parts.add(new Part(What.UPPER, register.toString(), input, setting -> setting.registers[n] =
                        setting.registers[n] & mask | random.nextLong() & ~mask));
            }
        }
        if (!stage.readsFlags(copy)) {
            parts.add(new Part(What.FLAGS, "the flags", -1, setting -> setting.rflags = random.nextLong()
                    & Registers.ARITHMETIC_FLAGS));
        }
        vectors(withOld, parts);
        memories(base, withOld, parts);
        return parts;
    }

    private void vectors(boolean withOld, List<Part> parts) {
        for (int number = 0; number < 32; number++) {
            int at = number * State.LANES;
            int v = number;
            Optional<Operand> input = instance.inputs().stream().filter(one -> isVector(one, v)).findFirst();
            Optional<Operand> output = instance.outputs().stream().filter(one -> isVector(one, v)).findFirst();
            int from = input.map(Plan::lanes).orElse(0);
            if (input.isPresent() || output.isEmpty() || withOld) {
                parts.add(new Part(input.isPresent() ? What.UPPER : output.isPresent() ? What.OLD : What.VECTOR,
                        "xmm" + v, input.or(() -> output).map(Operand::number).orElse(-1), setting -> {
                            for (int lane = from; lane < State.LANES; lane++) {
                                setting.vectors[at + lane] = random.nextLong();
                            }
                        }));
            }
        }
    }

    static boolean isVector(Operand operand, int number) {
        return operand.location() instanceof Location.Vector(int n, _) && n == number;
    }

    private void memories(Setting base, boolean withOld, List<Part> parts) {
        for (Operand operand : instance.outputs()) {
            boolean isRead = instance.inputs().stream().anyMatch(one -> one.twin() == operand.number());
            if (withOld && !isRead && !instance.hasMemory()) {
                memory.of(operand, base).ifPresent(bytes -> parts.add(new Part(What.OLD, "%" + operand.number(),
                        operand.number(), setting -> memory.write(setting, bytes, randomBytes(bytes.size())))));
            }
        }
        if (instance.hasMemory() || instance.statement().isBasic()
                || instance.inputs().stream().anyMatch(OperandMemory::isOfAnySize)) {
            return;
        }
        for (int key : base.buffers.keySet()) {
            parts.add(new Part(What.MEMORY, "%" + key, key, setting -> memory.keeping(setting, () ->
                    setting.buffers.put(key, randomBytes(Stage.ROOM)))));
        }
        parts.add(new Part(What.STACK, "the stack", -1, setting -> memory.keeping(setting, () -> {
            for (int n = 0; n < setting.stack.length; n++) {
                setting.stack[n] = random.nextLong();
            }
        })));
    }

    private byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
