package dev.trampette.verify.trial;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trampette.image.Pages;
import dev.trampette.probe.Script;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Memory;
import dev.trampette.spec.Memory.Contents;
import dev.trampette.spec.Memory.Sharing;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.values.Area;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Origins;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What a pointer points to in a case: elements at a place in an [Area], which is its own or that of another buffer.
final class Buffer {

    /// What memory is aligned to that the caller fills, as malloc does it.
    private static final int FILLED_ALIGNMENT = 16;

    private final Argument argument;
    private final int unit;
    private final int alignment;
    private final boolean isRead;
    private final Optional<Consumer<MemorySegment>> filler;
    private final Area own;
    /// What the instruction writes itself, of the first elements.
    private final MemorySegment written;
    private boolean isWritten;
    private Area area;
    private int at;
    private int count;

    /// @param isRead whether the elements are read too, whatever the argument's type says
    /// @param written how many of them the instruction writes itself
    /// @param filler who writes what it holds, when the caller does
    /// @param more bytes of others that may lie in its area
    Buffer(Argument argument, boolean isRead, int written, Optional<Consumer<MemorySegment>> filler, int more,
            Arena arena) {
        this.argument = argument;
        this.unit = argument.element().bytes();
        this.filler = filler;
        this.isRead = argument.type().isRead() || isRead || filler.isPresent()
                || !(argument.memory().contents() instanceof Contents.Any);
        Memory memory = argument.memory();
        this.alignment = memory.alignment() > 0 ? memory.alignment() : filler.isPresent() ? FILLED_ALIGNMENT : unit;
        this.own = new Area(argument.size() + more, alignment, arena);
        this.written = written == 0 ? MemorySegment.NULL : arena.allocate((long) written * unit, Long.BYTES);
        this.area = own;
    }

    Argument argument() {
        return argument;
    }

    /// The bytes of an element.
    int unit() {
        return unit;
    }

    /// What its address is a multiple of.
    int alignment() {
        return alignment;
    }

    /// Its elements in this case.
    int count() {
        return count;
    }

    /// Its bytes in this case.
    int size() {
        return count * unit;
    }

    /// Whether what it holds means something.
    boolean isRead() {
        return isRead;
    }

    /// Whether nobody has said what it holds.
    boolean isAnything() {
        return filler.isEmpty() && argument.memory().contents() instanceof Contents.Any;
    }

    /// Whether it may begin at the address of another one, or have a part in common with it.
    boolean mayShare(Buffer other, Sharing how) {
        boolean areBothRead = how == Sharing.EQUAL && !argument.type().isWritten()
                && !other.argument.type().isWritten() && isAnything() && other.isAnything()
                && argument.type() == other.argument.type() && unit == other.unit;
        return argument.memory().sharing().compareTo(how) >= 0 || areBothRead
                || other.argument.memory().sharing().compareTo(how) >= 0;
    }

    /// It has so many elements in this case.
    void setCount(int elements) {
        count = elements;
    }

    /// It lies somewhere in an area.
    void lie(Area place, int offset) {
        area = place;
        at = offset;
        area.claim(at, size(), isRead, argument.type().isWritten());
    }

    /// The area that nobody else brings.
    Area own() {
        return own;
    }

    /// Where it lies.
    Area area() {
        return area;
    }

    /// Whether it is the one that brings the area it lies in.
    boolean isHost() {
        return area == own;
    }

    /// What the pointer holds.
    long address() {
        return area.address() + at;
    }

    /// All that may be touched around it.
    MemorySegment pages() {
        return own.pages();
    }

    /// New bytes around it.
    void renewAround(Draws random) {
        own.renew(random);
    }

    /// New elements of any value.
    void renew(Draws random) {
        for (int n = 0; n < size(); n += Long.BYTES) {
            long bits = random.nextLong();
            for (int byteOf = n; byteOf < Math.min(n + Long.BYTES, size()); byteOf++) {
                area.filled()[at + byteOf] = (byte) bits;
                bits >>>= Byte.SIZE;
            }
        }
        for (long n = 0; n < written.byteSize(); n++) {
            written.set(JAVA_BYTE, n, (byte) random.nextInt());
        }
    }

    /// Let the caller fill it.
    void fill() {
        filler.ifPresent(caller -> {
            MemorySegment memory = area.memory(at, size());
            MemorySegment bytes = MemorySegment.ofArray(area.filled()).asSlice(at, size());
            memory.copyFrom(bytes);
            caller.accept(memory);
            bytes.copyFrom(memory);
        });
    }

    /// The nth element before the call; around the buffer too.
    long get(int n) {
        return get(area.filled(), n);
    }

    /// Write it.
    void set(int n, long value) {
        set(area.filled(), n, value);
    }

    /// Write the elements that these bytes are, as many as there is room for.
    void set(byte[] bytes) {
        System.arraycopy(bytes, 0, area.filled(), at, Math.min(bytes.length / unit, count) * unit);
    }

    private long get(byte[] bytes, int n) {
        return word(bytes, at + n * unit, at + (n + 1) * unit);
    }

    private void set(byte[] bytes, int n, long value) {
        for (int k = 0; k < unit; k++) {
            bytes[at + n * unit + k] = (byte) (value >>> k * Byte.SIZE);
        }
    }

    /// What it holds before the call, in words; what is behind it in the last of them is 0.
    List<Long> words() {
        List<Long> words = new ArrayList<>();
        for (int n = at; n < at + size(); n += Long.BYTES) {
            words.add(word(area.filled(), n, Math.min(n + Long.BYTES, at + size())));
        }
        return words;
    }

    /// The number that some bytes are.
    static long word(byte[] bytes, int from, int to) {
        long word = 0;
        for (int n = to - 1; n >= from; n--) {
            word = word << Byte.SIZE | bytes[n] & 0xff;
        }
        return word;
    }

    /// How many elements may be stored to it; 0 when it is only read.
    int outputs() {
        return argument.type().isWritten() ? count : 0;
    }

    /// See [Arguments#outputBits].
    long outputBits() {
        return argument.element().significantBits();
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
        return isWritten && (long) (n + 1) * unit <= written.byteSize() ? read(n) : get(n);
    }

    private long read(int n) {
        long value = 0;
        for (int k = unit - 1; k >= 0; k--) {
            value = value << Byte.SIZE | written.get(JAVA_BYTE, (long) n * unit + k) & 0xff;
        }
        return value;
    }

    /// The elements that the area has before it.
    private int first() {
        return -at / unit;
    }

    /// What the pointer points to.
    MemorySegment content() {
        return area.memory(at, size());
    }

    /// The number of the first element that the area has no room for.
    private int end() {
        return (area.size() - at) / unit;
    }

    /// Look at every element that may be written.
    ///
    /// @param first the number of the first output that is stored here
    void check(int first, Arguments.Expected outputs) {
        for (int n = 0; n < outputs(); n++) {
            outputs.check(first + n, name(n), before(n), get(area.found(), n));
        }
    }

    /// Look at all that may not be written, around it too: what lies side by side is one thing, up to a word of it.
    void checkAround(Case c) {
        byte[] filled = area.filled();
        byte[] found = area.found();
        int from = at - at / unit * unit;
        while (from + unit <= area.size()) {
            int to = from;
            while (to + unit <= area.size() && to - from < Long.BYTES && isChanged(to)) {
                to += unit;
            }
            if (to > from) {
                c.expect(Rule.MEMORY, place((from - at) / unit, (to - at) / unit), word(filled, from, to),
                        word(found, from, to));
            }
            from = Math.max(to, from + unit);
        }
    }

    private boolean isChanged(int from) {
        return !Arrays.equals(area.found(), from, from + unit, area.filled(), from, from + unit)
                && area.isGuarded(from, unit);
    }

    /// `d[8]`, `d[20..23]`; where the length is another one in each case, `behind d`.
    private String place(int first, int end) {
        return argument.memory().count().isFixed() && argument.type() != Argument.Type.STRING
                || first >= 0 && first < count ? end - first == 1 ? name(first)
                : "%s[%d..%d]".formatted(argument.name(), first, end - 1)
                : (first < 0 ? "before " : "behind ") + argument.name();
    }

    /// All that may be written, before and after the call.
    ///
    /// @param ignored bits of elements that mean nothing
    /// @param isWhole whether every byte of it is written
    void observe(Observation seen, Map<String, Long> ignored, boolean isWhole) {
        if (outputs() > 0 && argument.type() != Argument.Type.SCRATCH) {
            byte[] after = cut(area.found(), ignored);
            byte[] before = isWhole ? after.clone() : cut(area.filled(), ignored);
            for (int n = 0; isWhole && n < before.length; n++) {
                before[n] = (byte) ~before[n];
            }
            seen.putMemory(argument.name(), unit, before, after);
        }
    }

    /// The elements without the bits that mean nothing.
    private byte[] cut(byte[] bytes, Map<String, Long> ignored) {
        byte[] cut = Arrays.copyOfRange(bytes, at, at + size());
        for (int n = 0; !ignored.isEmpty() && n < count; n++) {
            long bits = ignored.getOrDefault(name(n), 0L);
            for (int k = 0; k < unit; k++) {
                cut[n * unit + k] &= (byte) ~(bits >>> k * Byte.SIZE);
            }
        }
        return cut;
    }

    /// A word of memory that has changed.
    @FunctionalInterface
    interface Written {

        /// @param offset from where the pointer points to, in bytes
        void written(long offset, long before, long after);
    }

    /// Look at the words that have changed, those around the buffer too.
    void written(Written seen) {
        area.look();
        for (int from = at % Long.BYTES; from < area.size(); from += Long.BYTES) {
            int to = Math.min(from + Long.BYTES, area.size());
            long before = word(area.filled(), from, to);
            long after = word(area.found(), from, to);
            if (before != after) {
                seen.written(from - at, before, after);
            }
        }
    }

    /// Whether an address is in the memory, or just behind it.
    boolean isNear(long address) {
        return address - area.address() >= 0 && address - area.address() <= area.size();
    }

    /// Whether an address is in memory that may be written.
    boolean isWritten(long address) {
        return argument.type().isWritten() && address - area.address() >= 0
                && address - area.address() < area.size();
    }

    /// Whether an address is in it, and it is only read.
    boolean isConstant(long address) {
        return !argument.type().isWritten() && address - area.address() >= at
                && address - area.address() < at + size();
    }

    /// How far behind the buffer, or before it, an address is that nobody may touch; nothing when it is elsewhere.
    Optional<String> near(long address) {
        long behind = address - address() - size();
        long before = address() - address;
        String name = name(count);
        return behind >= 0 && behind <= area.size() + Pages.PAGE ? Optional.of(behind + " bytes behind " + name)
                : before > 0 && before <= area.size() + 2 * Pages.PAGE
                ? Optional.of(before + " bytes before " + name) : Optional.empty();
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        origins.addAddress("the address of " + argument.name(), address());
        for (int n = first(); n < end(); n++) {
            origins.add(name(n), get(n));
        }
        for (int n = 0; (long) (n + 1) * unit <= written.byteSize(); n++) {
            origins.add("what the instruction wrote to " + name(n), read(n));
        }
    }

    /// For a finding: how much it is in this case, and where it lies.
    @Override
    public String toString() {
        String elements = "%d %s%s".formatted(count, unit == 1 ? "byte" : unit == Long.BYTES ? "word"
                : argument.element().label(), count == 1 ? "" : "s");
        boolean isAtEnd = area.isLast(at + size());
        return "%s = %s at 0x%x, a multiple of %d%s%s%s".formatted(argument.name(), elements, address(),
                Math.min(Long.lowestOneBit(address()), Pages.PAGE), isHost() ? "" : ", in memory of another buffer",
                isAtEnd ? ", before a page that nobody may touch" : area.isFirst(at)
                        ? ", behind a page that nobody may touch" : "", isRead ? holds() : "");
    }

    private String holds() {
        byte[] bytes = Arrays.copyOfRange(area.filled(), at, at + size());
        boolean isText = argument.type() == Argument.Type.STRING && unit == 1 && bytes.length > 0;
        return isText ? ": " + Contents.Texts.quoted(new String(bytes, 0, bytes.length - 1,
                StandardCharsets.ISO_8859_1)) : bytes.length > 0 && Arrays.equals(bytes, new byte[bytes.length])
                ? ", all of it 0" : "";
    }

    private String name(int n) {
        return argument.name() + "[" + n + "]";
    }
}
