package dev.trampette.verify.inline;

import dev.trampette.inline.Instance;
import dev.trampette.inline.Location;
import dev.trampette.inline.Operand;
import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The operands of a copy that are in memory, and what it writes beside them.
///
/// @param instance the copy
/// @param stage where it runs
record OperandMemory(Instance instance, Stage stage) {

    private static final int MOST_OPERAND = 1 << 10;

    /// A piece of memory: in a buffer, on the stack, or of a variable.
    record Bytes(long address, int size) {
    }

    /// Where an operand in memory is.
    Optional<Bytes> of(Operand operand, Setting setting) {
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

    /// A buffer, and where in it.
    private record Part(int key, int offset) {
    }

    private Optional<Part> buffer(Bytes bytes, Setting setting) {
        return setting.buffers.keySet().stream().map(key -> new Part(key, offset(bytes, key)))
                .filter(part -> part.offset >= 0 && part.offset + bytes.size <= Stage.ROOM).findFirst();
    }

    /// How far behind the beginning of a buffer; -1 when that is farther than it is long.
    private int offset(Bytes bytes, int key) {
        long offset = bytes.address - stage.buffer(key).address();
        return offset >= 0 && offset < Stage.ROOM ? (int) offset : -1;
    }

    /// How far behind the lowest byte of the stack that is kept.
    private static OptionalInt stack(Bytes bytes, Setting setting) {
        long offset = bytes.address - setting.registers[Gpr.RSP.ordinal()] + Setting.BELOW * 8L;
        return offset >= 0 && offset + bytes.size <= setting.stack.length * 8L ? OptionalInt.of((int) offset)
                : OptionalInt.empty();
    }

    void write(Setting setting, Bytes bytes, byte[] content) {
        Optional<Part> buffer = buffer(bytes, setting);
        OptionalInt stack = stack(bytes, setting);
        if (buffer.isPresent()) {
            System.arraycopy(content, 0, setting.buffers.get(buffer.get().key), buffer.get().offset, bytes.size);
        } else if (stack.isPresent()) {
            for (int n = 0; n < bytes.size; n++) {
                put(setting.stack, stack.getAsInt() + n, content[n]);
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

    private static byte[] get(long[] words, int at, int size) {
        byte[] bytes = new byte[size];
        for (int n = 0; n < size; n++) {
            bytes[n] = get(words, at + n);
        }
        return bytes;
    }

    private static byte[] get(byte[] buffer, Part part, int size) {
        return Arrays.copyOfRange(buffer, part.offset, part.offset + size);
    }

    byte[] read(Bytes bytes, Setting setting, Passage passage) {
        Optional<Part> buffer = buffer(bytes, setting);
        if (buffer.isPresent()) {
            return get(passage.buffers().get(buffer.get().key), buffer.get(), bytes.size);
        }
        OptionalInt stack = stack(bytes, setting);
        byte[] read = stack.isPresent() ? get(passage.stack(), stack.getAsInt(), bytes.size) : new byte[bytes.size];
        passage.variables().forEach((address, content) -> {
            long at = bytes.address - address;
            if (at >= 0 && at + bytes.size <= content.length) {
                System.arraycopy(content, (int) at, read, 0, bytes.size);
            }
        });
        return read;
    }

    static boolean isOfAnySize(Operand operand) {
        return operand.location() instanceof Location.Memory(_, _, _, _, _, int bytes, _) && bytes == 0
                && operand.bits() == 0;
    }

    /// Change memory, but no operand in it.
    void keeping(Setting setting, Runnable change) {
        Map<Bytes, byte[]> kept = new LinkedHashMap<>();
        instance.operands().forEach(operand -> of(operand, setting).ifPresent(bytes ->
                kept.put(bytes, content(bytes, setting))));
        change.run();
        kept.forEach((bytes, content) -> write(setting, bytes, content));
    }

    private byte[] content(Bytes bytes, Setting setting) {
        OptionalInt stack = stack(bytes, setting);
        return buffer(bytes, setting).map(part -> get(setting.buffers.get(part.key), part, bytes.size))
                .orElseGet(() -> stack.isPresent() ? get(setting.stack, stack.getAsInt(), bytes.size)
                        : setting.variables.getOrDefault(bytes.address, new byte[bytes.size]));
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

    /// How far below RSP the nearest byte is that is written and is no operand; 0 when there is none.
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
        return of(operand, setting).filter(bytes -> isOfAnySize(operand) || address >= bytes.address
                && address < bytes.address + bytes.size).isPresent();
    }
}
