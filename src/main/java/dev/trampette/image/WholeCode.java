package dev.trampette.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trampette.call.ImageException;
import dev.trampette.decode.Decoder;
import dev.trampette.decode.Operation;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Code in memory that is disassembled as a whole, when it is first asked for: objdump starts once for an image or an
/// object, not once for a routine.
public final class WholeCode {

    /// More than this is not disassembled as a whole.
    public static final long MOST = 1 << 20;

    /// How far an instruction is looked for at which two disassemblies agree.
    private static final int RESUMED = 1 << 10;

    private final long begin;
    private final byte[] bytes;
    private final Map<Long, Operation> operations = new HashMap<>();
    /// The texts by their addresses; an instruction ends where the next begins.
    private TreeMap<Long, String> lines;

    /// Take code as it is now.
    ///
    /// @param code stays in memory as long as it is asked for
    public WholeCode(MemorySegment code) {
        this.begin = code.address();
        this.bytes = code.toArray(JAVA_BYTE);
    }

    /// Look whether an address is in it.
    ///
    /// @param address anywhere in memory
    /// @return true from the first byte to the last
    public boolean contains(long address) {
        return address >= begin && address < begin + bytes.length;
    }

    /// The instruction at an address; empty where another one stands there now, a trap perhaps.
    ///
    /// @throws ImageException when there is no objdump
    synchronized Optional<Operation> at(long address) {
        if (lines == null) {
            lines = new TreeMap<>();
            Disassembly.required(bytes, begin).forEach(line -> lines.put(line.address(), line.text()));
        }
        if (!lines.containsKey(address)) {
            resume(address);
        }
        Operation operation = operations.computeIfAbsent(address, this::decode);
        byte[] now = MemorySegment.ofAddress(address).reinterpret(operation.length()).toArray(JAVA_BYTE);
        return Optional.of(operation).filter(_ -> Arrays.equals(now, code(address, operation.next())));
    }

    /// What lies between code may be data, and the boundaries behind it wrong: from there on, until the two agree.
    private void resume(long address) {
        List<Disassembly.Line> resumed = Disassembly.required(
                code(address, Math.min(address + RESUMED, begin + bytes.length)), address);
        lines.put(address, "(bad)");
        for (int n = 0; n + 1 < resumed.size() && (n == 0 || !lines.containsKey(resumed.get(n).address())); n++) {
            lines.subMap(resumed.get(n).address(), resumed.get(n + 1).address()).clear();
            lines.put(resumed.get(n).address(), resumed.get(n).text());
        }
    }

    private Operation decode(long address) {
        Long next = lines.higherKey(address);
        return Decoder.decode(code(address, next == null ? begin + bytes.length : next), address, lines.get(address));
    }

    private byte[] code(long from, long to) {
        return Arrays.copyOfRange(bytes, (int) (from - begin), (int) (to - begin));
    }
}
