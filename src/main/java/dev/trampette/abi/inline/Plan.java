package dev.trampette.abi.inline;

import dev.trampette.call.State;
import dev.trampette.inline.InlineCode;
import dev.trampette.inline.Instance;
import dev.trampette.inline.Location;
import dev.trampette.inline.Operand;
import dev.trampette.inline.Variant;
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
    private static final int MOST_OPERAND = 1 << 10;
    private static final int MOST_INDEX = 16;

    private final InlineCode.Copy copy;
    private final Instance instance;
    private final Stage stage;
    private final Kinds kinds;
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
        this.random = random;
        this.alignment = copy.surrounding().alignment();
        for (Operand operand : instance.operands()) {
            switch (operand.location()) {
                case Location.Register(Gpr gpr, _) when !operand.isOutput() ->
                    inputs.merge(gpr, operand.number(), Math::min);
                case Location.Memory memory -> {
                    memory.base().filter(_ -> memory.symbol().isEmpty())
                            .ifPresent(base -> bases.putIfAbsent(base, first(operand)));
                    memory.index().ifPresent(index -> indices.putIfAbsent(index, operand.number()));
                    memory.base().filter(_ -> memory.symbol().isPresent())
                            .ifPresent(base -> indices.putIfAbsent(base, operand.number()));
                }
                default -> {
                }
            }
        }
        indices.keySet().removeAll(bases.keySet());
        bases.remove(Gpr.RSP);
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
        instance.operands().forEach(operand -> memory(operand, setting).ifPresent(bytes ->
                write(setting, bytes, draw.operand(first(operand), bytes.size))));
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

    /// A piece of memory: in a buffer, on the stack, or of a variable.
    private record Bytes(long address, int size) {
    }

    /// Where an operand in memory is.
    private Optional<Bytes> memory(Operand operand, Setting setting) {
        if (!(operand.location() instanceof Location.Memory memory)) {
            return Optional.empty();
        }
        Optional<Long> symbol = memory.symbol().map(stage::find).orElse(Optional.of(0L));
        if (symbol.isEmpty()) {
            return Optional.empty();
        }
        long address = symbol.get() + memory.displacement()
                + memory.base().map(base -> setting.registers[base.ordinal()]).orElse(0L)
                + memory.index().map(index -> setting.registers[index.ordinal()] * memory.scale()).orElse(0L);
        int size = memory.bytes() > 0 ? memory.bytes() : operand.bits() / Byte.SIZE;
        return Optional.of(new Bytes(address, Math.min(size, MOST_OPERAND))).filter(bytes -> isThere(bytes, setting));
    }

    private boolean isThere(Bytes bytes, Setting setting) {
        return setting.buffers.keySet().stream().anyMatch(key -> Stage.contains(stage.buffer(key), bytes.address,
                Math.max(1, bytes.size))) || stage.isWritable(bytes.address, Math.max(1, bytes.size));
    }

    private void write(Setting setting, Bytes bytes, byte[] content) {
        for (Map.Entry<Integer, byte[]> buffer : setting.buffers.entrySet()) {
            long offset = bytes.address - stage.buffer(buffer.getKey()).address();
            if (offset >= 0 && offset + bytes.size <= Stage.ROOM) {
                System.arraycopy(content, 0, buffer.getValue(), (int) offset, bytes.size);
                return;
            }
        }
        long offset = bytes.address - setting.registers[Gpr.RSP.ordinal()] + Setting.BELOW * 8L;
        if (offset >= 0 && offset + bytes.size <= setting.stack.length * 8L) {
            for (int n = 0; n < bytes.size; n++) {
                put(setting.stack, (int) offset + n, content[n]);
            }
        } else {
            setting.variables.put(bytes.address, Arrays.copyOf(content, bytes.size));
        }
    }

    private static void put(long[] words, int at, byte value) {
        int shift = at % 8 * 8;
        words[at / 8] = words[at / 8] & ~(0xffL << shift) | (value & 0xffL) << shift;
    }

    private static byte get(long[] words, int at) {
        return (byte) (words[at / 8] >>> at % 8 * 8);
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
            case Location.Memory _ -> memory(output, setting).map(bytes ->
                    HexFormat.of().formatHex(read(bytes, setting, passage)));
            default -> Optional.empty();
        };
    }

    private byte[] read(Bytes bytes, Setting setting, Passage passage) {
        for (int key : setting.buffers.keySet()) {
            long offset = bytes.address - stage.buffer(key).address();
            if (offset >= 0 && offset + bytes.size <= Stage.ROOM) {
                return Arrays.copyOfRange(passage.buffers().get(key), (int) offset, (int) offset + bytes.size);
            }
        }
        byte[] read = new byte[bytes.size];
        long offset = bytes.address - setting.registers[Gpr.RSP.ordinal()] + Setting.BELOW * 8L;
        for (int n = 0; n < bytes.size && offset >= 0 && offset + bytes.size <= setting.stack.length * 8L; n++) {
            read[n] = get(passage.stack(), (int) offset + n);
        }
        passage.variables().forEach((address, content) -> {
            long at = bytes.address - address;
            if (at >= 0 && at + bytes.size <= content.length) {
                System.arraycopy(content, (int) at, read, 0, bytes.size);
            }
        });
        return read;
    }

    private static void executed(int n, Passage.Executed one, boolean isLeafKnown,
            Map<String, String> effect) {
        String at = " at %s%s".formatted(one.what().instruction(), n == 0 ? "" : " " + (n + 1));
        if (!one.what().instruction().isLeaf()) {
            one.operands().forEach((name, value) -> effect.put(name + at, "0x%x".formatted(value)));
            if (one.what().instruction().isHypercall()) {
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
                memory(operand, base).ifPresent(bytes -> parts.add(new Part(What.OLD, "%" + operand.number(),
                        operand.number(), setting -> write(setting, bytes, randomBytes(bytes.size)))));
            }
        }
        if (instance.hasMemory() || instance.statement().isBasic()
                || instance.inputs().stream().anyMatch(Plan::isOfAnySize)) {
            return;
        }
        for (int key : base.buffers.keySet()) {
            parts.add(new Part(What.MEMORY, "%" + key, key, setting -> keeping(setting, () ->
                    setting.buffers.put(key, randomBytes(Stage.ROOM)))));
        }
        parts.add(new Part(What.STACK, "the stack", -1, setting -> keeping(setting, () -> {
            for (int n = 0; n < setting.stack.length; n++) {
                setting.stack[n] = random.nextLong();
            }
        })));
    }

    private static boolean isOfAnySize(Operand operand) {
        return operand.location() instanceof Location.Memory(_, _, _, _, _, int bytes, _) && bytes == 0
                && operand.bits() == 0;
    }

    /// Change memory, but no operand in it.
    private void keeping(Setting setting, Runnable change) {
        Map<Bytes, byte[]> kept = new LinkedHashMap<>();
        instance.operands().forEach(operand -> memory(operand, setting).ifPresent(bytes ->
                kept.put(bytes, content(bytes, setting))));
        change.run();
        kept.forEach((bytes, content) -> write(setting, bytes, content));
    }

    private byte[] content(Bytes bytes, Setting setting) {
        for (Map.Entry<Integer, byte[]> buffer : setting.buffers.entrySet()) {
            long offset = bytes.address - stage.buffer(buffer.getKey()).address();
            if (offset >= 0 && offset + bytes.size <= Stage.ROOM) {
                return Arrays.copyOfRange(buffer.getValue(), (int) offset, (int) offset + bytes.size);
            }
        }
        byte[] read = new byte[bytes.size];
        long offset = bytes.address - setting.registers[Gpr.RSP.ordinal()] + Setting.BELOW * 8L;
        if (offset >= 0 && offset + bytes.size <= setting.stack.length * 8L) {
            for (int n = 0; n < bytes.size; n++) {
                read[n] = get(setting.stack, (int) offset + n);
            }
            return read;
        }
        return setting.variables.getOrDefault(bytes.address, read);
    }

    private byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /// A place in memory that a passage has changed and that is no output.
    ///
    /// @param buffer the key of the buffer, or -1
    /// @param operand the number of the operand that was only to be read, or -1
    /// @param what in words, when it is in no buffer
    record Written(int buffer, int operand, String what) {
    }

    /// What it wrote in memory without being allowed to.
    List<Written> written(Setting setting, Passage passage) {
        List<Written> written = new ArrayList<>();
        setting.buffers.forEach((key, before) -> {
            byte[] after = passage.buffers().get(key);
            long begin = stage.buffer(key).address();
            for (int at = Arrays.mismatch(before, after); at >= 0 && at < before.length; at++) {
                if (before[at] != after[at] && !isOutput(begin + at, setting)) {
                    written.add(new Written(key, input(begin + at, setting), ""));
                    return;
                }
            }
        });
        long pointer = setting.registers[Gpr.RSP.ordinal()];
        for (int at = Setting.BELOW * 8; at < setting.stack.length * 8; at++) {
            long address = pointer + at - Setting.BELOW * 8L;
            if (get(setting.stack, at) != get(passage.stack(), at) && !isOutput(address, setting)) {
                written.add(new Written(-1, input(address, setting), "the function's stack at [rsp + %d]"
                        .formatted(address - pointer)));
                break;
            }
        }
        stage.variablesBefore(setting).forEach((address, before) -> {
            byte[] after = passage.variables().get(address);
            for (int at = 0; at < before.length; at++) {
                if (before[at] != after[at] && !isOutput(address + at, setting)) {
                    written.add(new Written(-1, input(address + at, setting), stage.variable(address + at)));
                    return;
                }
            }
        });
        return written;
    }

    /// Bytes below RSP that are written and are no operand.
    int below(Setting setting, Passage passage) {
        long pointer = setting.registers[Gpr.RSP.ordinal()];
        for (int at = Setting.BELOW * 8 - 1; at >= 0; at--) {
            if (get(setting.stack, at) != get(passage.stack(), at)
                    && !isOutput(pointer + at - Setting.BELOW * 8L, setting)) {
                return Setting.BELOW * 8 - at;
            }
        }
        return 0;
    }

    private boolean isOutput(long address, Setting setting) {
        return instance.outputs().stream().anyMatch(operand -> isIn(operand, address, setting));
    }

    private int input(long address, Setting setting) {
        return instance.inputs().stream().filter(operand -> isIn(operand, address, setting))
                .mapToInt(Operand::number).findFirst().orElse(-1);
    }

    private boolean isIn(Operand operand, long address, Setting setting) {
        return memory(operand, setting).filter(bytes -> isOfAnySize(operand) || address >= bytes.address
                && address < bytes.address + bytes.size).isPresent();
    }
}
