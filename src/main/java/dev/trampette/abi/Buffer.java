package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Mapping;
import dev.trampette.call.Script;
import dev.trampette.image.Pages;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Source;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a pointer points to: random elements, with words around them that nobody may write, and behind those a page
/// that nobody may touch.
final class Buffer {

    /// Words on both sides.
    private static final int CANARIES = 64;

    private final Argument argument;
    /// The bytes of an element, and how many elements of such a size all of the memory has.
    private final int unit;
    private final MemorySegment memory;
    private final String[] names;
    private final long[] filled;
    private final long[] found;
    /// The bits of each word that no argument means: around the buffer, and in what is only written.
    private final long[] unnamed;
    /// What the instruction writes itself, of the first elements.
    private final MemorySegment written;
    private boolean isWritten;
    private long[] kept = new long[0];

    /// @param isRead whether the elements are read too, whatever the argument's type says
    /// @param written how many of them the instruction writes itself
    Buffer(Argument argument, boolean isRead, int written, Arena arena) {
        this.argument = argument;
        boolean isString = argument.type() == Argument.Type.STRING;
        this.unit = isString ? Long.BYTES : argument.element().bytes();
        int words = Math.ceilDiv(argument.size(), Long.BYTES);
        this.names = new String[isString ? words : argument.length()];
        for (int n = 0; n < names.length; n++) {
            names[n] = name(n);
        }
        this.filled = new long[words + 2 * CANARIES];
        this.found = new long[filled.length];
        this.unnamed = new long[filled.length];
        this.written = written == 0 ? MemorySegment.NULL : arena.allocate((long) written * unit, Long.BYTES);
        Arrays.fill(unnamed, -1);
        if (argument.type() != Argument.Type.OUT || isRead) {
            for (int n = 0; n < names.length; n++) {
                set(unnamed, n, 0);
            }
        }
        this.memory = Mapping.guarded(filled.length * 8L, arena);
    }

    private long mask() {
        return -1L >>> Long.SIZE - unit * Byte.SIZE;
    }

    /// The nth element, of memory as words.
    private long get(long[] words, int n) {
        long at = CANARIES * 8L + (long) n * unit;
        return words[(int) (at / Long.BYTES)] >>> at % Long.BYTES * Byte.SIZE & mask();
    }

    private void set(long[] words, int n, long value) {
        long at = CANARIES * 8L + (long) n * unit;
        int shift = (int) (at % Long.BYTES) * Byte.SIZE;
        int word = (int) (at / Long.BYTES);
        words[word] = words[word] & ~(mask() << shift) | (value & mask()) << shift;
    }

    /// What it holds before the call, in whole words.
    List<Long> words() {
        return Arrays.stream(filled, CANARIES, filled.length - CANARIES).boxed().toList();
    }

    /// How many elements may be stored to it; 0 when it is only read.
    int outputs() {
        return argument.type().isWritten() ? names.length : 0;
    }

    /// See [Arguments#outputBits].
    long outputBits() {
        return mask();
    }

    /// Whether it is only for outputs.
    boolean isOut() {
        return argument.type() == Argument.Type.OUT;
    }

    /// Let a script write the elements that the instruction writes itself.
    void addTo(Script script, int number) {
        script.store(number, MemorySegment.ofAddress(address()).reinterpret(written.byteSize()), written);
    }

    /// Whether there are any.
    boolean isWrittenByInstruction() {
        return written.byteSize() > 0;
    }

    /// Whether the instruction has written in the call that is looked at.
    void setWritten(boolean hasWritten) {
        isWritten = hasWritten;
    }

    /// What an element held before the wrapper could write to it: what the instruction wrote, or what was there.
    private long before(int n) {
        return isWritten && n >= 0 && (long) (n + 1) * unit <= written.byteSize()
                ? read(n) : get(filled, n);
    }

    private long read(int n) {
        long value = 0;
        for (int at = 0; at < unit; at++) {
            value |= (written.get(JAVA_BYTE, (long) n * unit + at) & 0xffL) << at * Byte.SIZE;
        }
        return value;
    }

    /// What the pointer holds.
    long address() {
        return memory.address() + CANARIES * 8L;
    }

    /// What the pointer points to.
    MemorySegment content() {
        return memory.asSlice(CANARIES * 8L, argument.size());
    }

    /// All of it, the words around it too.
    MemorySegment memory() {
        return memory;
    }

    /// New words; of a string letters, and behind the last of them 0.
    void renew(Draws random) {
        for (int n = 0; n < filled.length; n++) {
            random.isFor(n < CANARIES || n >= filled.length - CANARIES ? Draws.Use.OTHER : Draws.Use.BUFFER);
            filled[n] = random.nextLong();
        }
        random.isFor(Draws.Use.BUFFER);
        for (long at = 0; at < written.byteSize(); at++) {
            written.set(JAVA_BYTE, at, (byte) random.nextInt());
        }
        if (argument.type() == Argument.Type.STRING) {
            MemorySegment bytes = MemorySegment.ofArray(filled).asSlice(CANARIES * 8L);
            int end = random.nextInt(argument.length());
            for (int i = 0; i < end; i++) {
                bytes.set(JAVA_BYTE, i, (byte) random.nextInt('0', 'z' + 1));
            }
            bytes.set(JAVA_BYTE, end, (byte) 0);
        }
        random.isFor(Draws.Use.OTHER);
    }

    /// Complement the bits that no argument means: around the buffer, and in what is only written.
    void complement() {
        for (int word = 0; word < filled.length; word++) {
            filled[word] ^= unnamed[word];
        }
    }

    /// Give those bits one value, until [#empty].
    void fill(long value) {
        kept = filled.clone();
        for (int word = 0; word < filled.length; word++) {
            filled[word] = filled[word] & ~unnamed[word] | value & unnamed[word];
        }
    }

    /// Take back what was there before [#fill].
    void empty() {
        if (kept.length != 0) {
            System.arraycopy(kept, 0, filled, 0, filled.length);
            kept = new long[0];
        }
    }

    /// Fill the memory as it was before the call.
    void restore() {
        MemorySegment.copy(filled, 0, memory, JAVA_LONG, 0, filled.length);
    }

    /// The words, as elements of the argument.
    void addTo(Map<Source, Long> values) {
        for (int n = 0; n < names.length; n++) {
            values.put(new Source.Element(argument.name(), n), get(filled, n));
        }
    }

    /// Look at every element: outputs as expected, and all others as they were.
    ///
    /// @param first the number of the first output that is stored here
    void check(Case c, int first, Arguments.Expected outputs) {
        MemorySegment.copy(memory, JAVA_LONG, 0, found, 0, found.length);
        int around = CANARIES * 8 / unit;
        int end = filled.length * 8 / unit - around;
        for (int n = -around; n < end; n++) {
            if (argument.type().isWritten() && n >= 0 && n < names.length) {
                outputs.check(first + n, names[n], before(n), get(found, n));
            } else if (get(found, n) != get(filled, n)) {
                c.expect(Rule.MEMORY, name(n), get(filled, n), get(found, n));
            }
        }
    }

    /// A word of memory that has changed.
    @FunctionalInterface
    interface Written {

        /// @param offset from where the pointer points to, in bytes
        void written(long offset, long before, long after);
    }

    /// Look at the words that have changed, those around the buffer too.
    void written(Written seen) {
        for (int word = 0; word < filled.length; word++) {
            long after = memory.getAtIndex(JAVA_LONG, word);
            if (after != filled[word]) {
                seen.written((word - CANARIES) * 8L, filled[word], after);
            }
        }
    }

    /// Whether an address is in the memory, or just behind it.
    boolean isNear(long address) {
        return address - memory.address() >= 0 && address - memory.address() <= memory.byteSize();
    }

    /// How far behind the buffer, or before it, an address is that nobody may touch; nothing when it is elsewhere.
    Optional<String> near(long address) {
        long behind = address - address() - argument.size();
        long before = address() - address;
        String name = name(argument.length());
        return behind >= 0 && behind <= CANARIES * 8L + Pages.PAGE ? Optional.of(behind + " bytes behind " + name)
                : before > 0 && before <= memory.byteSize() + 2 * Pages.PAGE
                ? Optional.of(before + " bytes before " + name) : Optional.empty();
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        origins.addAddress("the address of " + argument.name(), address());
        int around = CANARIES * 8 / unit;
        for (int n = -around; n < filled.length * 8 / unit - around; n++) {
            origins.add(name(n), get(filled, n));
        }
        for (int n = 0; (long) (n + 1) * unit <= written.byteSize(); n++) {
            origins.add("what the instruction wrote to " + name(n), read(n));
        }
    }

    private String name(int n) {
        return argument.name() + "[" + n + "]";
    }
}
