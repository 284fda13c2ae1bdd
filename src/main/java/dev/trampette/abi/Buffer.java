package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Mapping;
import dev.trampette.image.Pages;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Source;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What a pointer points to: random words, with words around them that nobody may write, and behind those a page that
/// nobody may touch.
final class Buffer {

    /// Words on both sides.
    private static final int CANARIES = 64;

    private final Argument argument;
    private final boolean isOnlyWritten;
    private final MemorySegment memory;
    private final String[] names;
    private final long[] filled;
    private final long[] found;
    private long[] kept = new long[0];

    /// @param isRead whether the words are read too, whatever the argument's type says
    Buffer(Argument argument, boolean isRead, Arena arena) {
        this.argument = argument;
        this.isOnlyWritten = argument.type() == Argument.Type.OUT && !isRead;
        int words = argument.type() == Argument.Type.STRING ? (argument.length() + 7) / 8 : argument.length();
        this.names = new String[words];
        for (int n = 0; n < words; n++) {
            names[n] = name(n);
        }
        this.filled = new long[words + 2 * CANARIES];
        this.found = new long[filled.length];
        this.memory = Mapping.guarded(filled.length * 8L, arena);
    }

    /// What the pointer holds.
    long address() {
        return memory.address() + CANARIES * 8L;
    }

    /// All of it, the words around it too.
    MemorySegment memory() {
        return memory;
    }

    /// New words; of a string letters, and behind the last of them 0.
    void renew(RandomGenerator random) {
        for (int n = 0; n < filled.length; n++) {
            filled[n] = random.nextLong();
        }
        if (argument.type() == Argument.Type.STRING) {
            MemorySegment bytes = MemorySegment.ofArray(filled).asSlice(CANARIES * 8L);
            int end = random.nextInt(argument.length());
            for (int i = 0; i < end; i++) {
                bytes.set(JAVA_BYTE, i, (byte) random.nextInt('0', 'z' + 1));
            }
            bytes.set(JAVA_BYTE, end, (byte) 0);
        }
    }

    /// Complement the words that no argument means: those around it, and those that are only written.
    void complement() {
        for (int word = 0; word < filled.length; word++) {
            if (isUnnamed(word)) {
                filled[word] = ~filled[word];
            }
        }
    }

    /// Give those words one value, until [#empty].
    void fill(long value) {
        kept = filled.clone();
        for (int word = 0; word < filled.length; word++) {
            if (isUnnamed(word)) {
                filled[word] = value;
            }
        }
    }

    /// Take back what was there before [#fill].
    void empty() {
        if (kept.length != 0) {
            System.arraycopy(kept, 0, filled, 0, filled.length);
            kept = new long[0];
        }
    }

    private boolean isUnnamed(int word) {
        int n = word - CANARIES;
        return n < 0 || n >= names.length || isOnlyWritten;
    }

    /// Fill the memory as it was before the call.
    void restore() {
        MemorySegment.copy(filled, 0, memory, JAVA_LONG, 0, filled.length);
    }

    /// The words, as elements of the argument.
    void addTo(Map<Source, Long> values) {
        for (int n = 0; n < names.length; n++) {
            values.put(new Source.Element(argument.name(), n), filled[n + CANARIES]);
        }
    }

    /// Look at every word: outputs as expected, and all others as they were.
    void check(Case c, Arguments.Expected outputs) {
        MemorySegment.copy(memory, JAVA_LONG, 0, found, 0, found.length);
        for (int word = 0; word < found.length; word++) {
            int n = word - CANARIES;
            if (argument.type().isWritten() && n >= 0 && n < names.length) {
                outputs.check(n, names[n], filled[word], found[word]);
            } else if (found[word] != filled[word]) {
                c.expect(Rule.MEMORY, name(n), filled[word], found[word]);
            }
        }
    }

    /// How far behind the buffer, or before it, an address is that nobody may touch; nothing when it is elsewhere.
    Optional<String> near(long address) {
        long size = argument.type() == Argument.Type.STRING ? argument.length() : names.length * 8L;
        long behind = address - address() - size;
        long before = address() - address;
        String name = name(argument.length());
        return behind >= 0 && behind <= CANARIES * 8L + Pages.PAGE ? Optional.of(behind + " bytes behind " + name)
                : before > 0 && before <= memory.byteSize() + 2 * Pages.PAGE
                ? Optional.of(before + " bytes before " + name) : Optional.empty();
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        origins.addAddress("the address of " + argument.name(), address());
        for (int word = 0; word < filled.length; word++) {
            origins.add(name(word - CANARIES), filled[word]);
        }
    }

    private String name(int n) {
        return argument.name() + "[" + n + "]";
    }
}
