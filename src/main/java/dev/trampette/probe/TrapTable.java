package dev.trampette.probe;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trampette.shim.Bridge;
import dev.trampette.shim.FixUp;
import dev.trampette.shim.RandomSite;
import dev.trampette.shim.TrapSite;
import dev.trampette.spec.Aside;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What the guard knows of code whose instructions trap: `TRAPS` of `src/main/asm/include/probe.inc`.
///
/// It belongs to the probes that it is given to, so that objects and threads are apart.
public final class TrapTable {

    /// `FIX_UP_VALUES`.
    static final int MOST_VALUES = 4;

    /// `SITE`.
    public static final StructLayout SITE = MemoryLayout.structLayout(
            JAVA_LONG.withName("address"),
            JAVA_INT.withName("instruction"),
            JAVA_INT.withName("displacement"),
            JAVA_BYTE.withName("length"),
            JAVA_BYTE.withName("base"),
            JAVA_BYTE.withName("index"),
            JAVA_BYTE.withName("scale"),
            JAVA_BYTE.withName("segment"),
            JAVA_BYTE.withName("narrow"),
            MemoryLayout.paddingLayout(2));

    /// `FIX_UP`.
    static final StructLayout FIX_UP = MemoryLayout.structLayout(
            JAVA_LONG.withName("address"),
            JAVA_LONG.withName("target"),
            JAVA_SHORT.withName("set"),
            JAVA_SHORT.withName("vector"),
            MemoryLayout.paddingLayout(4),
            MemoryLayout.sequenceLayout(MOST_VALUES, JAVA_INT).withName("values"));

    /// `TRAPS`.
    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            JAVA_LONG.withName("sites"),
            JAVA_LONG.withName("site_count"),
            JAVA_LONG.withName("fix_ups"),
            JAVA_LONG.withName("fix_up_count"));

    /// No register, and RIP, where a register is named.
    static final int NONE = 16;
    static final int RIP = 17;

    private static final int MEMORY_OPERAND = 1 << 16;
    /// `ASIDE_BYTES_SHIFT`.
    private static final int BYTES_SHIFT = 20;

    private final MemorySegment segment;

    /// @param arena how long it can be used
    public TrapTable(Bridge.Trap bridge, Arena arena) {
        TreeMap<Long, Consumer<MemorySegment>> sorted = new TreeMap<>();
        bridge.sites().forEach(site -> sorted.put(site.address(), to -> write(site, to)));
        bridge.random().forEach(site -> sorted.put(site.address(), to -> write(site, to)));
        MemorySegment sites = arena.allocate(SITE, Math.max(1, sorted.size()));
        int count = 0;
        for (Consumer<MemorySegment> site : sorted.values()) {
            site.accept(sites.asSlice(count++ * SITE.byteSize(), SITE));
        }
        MemorySegment fixUps = arena.allocate(FIX_UP, Math.max(1, bridge.fixUps().size()));
        for (int n = 0; n < bridge.fixUps().size(); n++) {
            write(bridge.fixUps().get(n), fixUps.asSlice(n * FIX_UP.byteSize(), FIX_UP));
        }
        segment = arena.allocate(LAYOUT);
        segment.setAtIndex(JAVA_LONG, 0, sites.address());
        segment.setAtIndex(JAVA_LONG, 1, count);
        segment.setAtIndex(JAVA_LONG, 2, fixUps.address());
        segment.setAtIndex(JAVA_LONG, 3, bridge.fixUps().size());
    }

    /// What the probe points to.
    MemorySegment segment() {
        return segment;
    }

    /// Whether `trap_decode` found an instruction beside ours.
    public static boolean isAside(MemorySegment site) {
        return (site.get(JAVA_INT, offset("instruction")) & 0xff) >= Aside.FIRST;
    }

    /// A site as `trap_decode` fills it.
    ///
    /// @param address where its bytes will be
    public static TrapSite read(MemorySegment site, long address) {
        int word = site.get(JAVA_INT, offset("instruction"));
        Instruction instruction = Instruction.of(word & 0xff);
        boolean inMemory = (word & MEMORY_OPERAND) != 0;
        int base = get(site, "base");
        int index = get(site, "index");
        Optional<TrapSite.Operand> operand = inMemory
                ? Optional.of(new TrapSite.Memory(register(base), register(index), get(site, "scale"),
                        site.get(JAVA_INT, offset("displacement")), base == RIP,
                        TrapSite.Segment.values()[get(site, "segment")], get(site, "narrow") != 0))
                : instruction.isWithRegister()
                        ? Optional.of(new TrapSite.Register(Gpr.of(word >>> 8 & 0xf))) : Optional.empty();
        return new TrapSite(address, get(site, "length"), instruction,
                instruction.isWithRegister() ? Optional.of(Gpr.of(word >>> 12 & 0xf)) : Optional.empty(), operand);
    }

    /// RDRAND or RDSEED as `trap_decode` fills it; empty for any other instruction.
    ///
    /// @param address where its bytes will be
    public static Optional<RandomSite> readRandom(MemorySegment site, long address) {
        int word = site.get(JAVA_INT, offset("instruction"));
        boolean isSeed = (word & 0xff) == Aside.RDSEED.number();
        return isSeed || (word & 0xff) == Aside.RDRAND.number()
                ? Optional.of(new RandomSite(address, get(site, "length"), isSeed, Gpr.of(word >>> 8 & 0xf),
                        word >>> BYTES_SHIFT & 0xf)) : Optional.empty();
    }

    private static void write(RandomSite site, MemorySegment to) {
        Aside aside = site.isSeed() ? Aside.RDSEED : Aside.RDRAND;
        to.set(JAVA_LONG, offset("address"), site.address());
        to.set(JAVA_INT, offset("instruction"), aside.number() | site.register().ordinal() << 8
                | site.bytes() << BYTES_SHIFT);
        set(to, "length", site.length());
        set(to, "base", NONE);
        set(to, "index", NONE);
    }

    private static void write(FixUp fixUp, MemorySegment to) {
        to.set(JAVA_LONG, 0, fixUp.instruction());
        to.set(JAVA_LONG, 8, fixUp.target());
        Map<Gpr, Integer> values = new EnumMap<>(Gpr.class);
        fixUp.vector().ifPresent(register -> values.put(register, 0));
        fixUp.values().forEach((register, value) -> values.put(register, Math.toIntExact(value)));
        to.set(JAVA_SHORT, FIX_UP.byteOffset(groupElement("set")), (short) Gpr.mask(values.keySet().stream()));
        to.set(JAVA_SHORT, FIX_UP.byteOffset(groupElement("vector")), (short) Gpr.mask(fixUp.vector().stream()));
        int n = 0;
        for (int value : values.values()) {
            to.set(JAVA_INT, FIX_UP.byteOffset(groupElement("values")) + 4L * n++, value);
        }
    }

    private static void write(TrapSite site, MemorySegment to) {
        int word = site.instruction().number() | site.register().map(Gpr::ordinal).orElse(0) << 12;
        to.set(JAVA_LONG, offset("address"), site.address());
        set(to, "length", site.length());
        set(to, "base", NONE);
        set(to, "index", NONE);
        switch (site.operand().orElse(null)) {
            case null -> { }
            case TrapSite.Register(Gpr register) -> word |= register.ordinal() << 8;
            case TrapSite.Memory memory -> {
                word |= MEMORY_OPERAND | memory.base().map(Gpr::ordinal).orElse(0) << 8;
                set(to, "base", memory.ofRip() ? RIP : memory.base().map(Gpr::ordinal).orElse(NONE));
                set(to, "index", memory.index().map(Gpr::ordinal).orElse(NONE));
                set(to, "scale", memory.scale());
                set(to, "segment", memory.segment().ordinal());
                set(to, "narrow", memory.isNarrow() ? 1 : 0);
                to.set(JAVA_INT, offset("displacement"), memory.displacement());
            }
        }
        to.set(JAVA_INT, offset("instruction"), word);
    }

    private static Optional<Gpr> register(int number) {
        return number < NONE ? Optional.of(Gpr.of(number)) : Optional.empty();
    }

    private static int get(MemorySegment site, String member) {
        return site.get(JAVA_BYTE, offset(member));
    }

    private static void set(MemorySegment site, String member, int value) {
        site.set(JAVA_BYTE, offset(member), (byte) value);
    }

    private static long offset(String member) {
        return SITE.byteOffset(groupElement(member));
    }
}
