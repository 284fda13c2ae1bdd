package dev.trampette.object;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Pages;
import dev.trampette.image.Pages.Access;
import dev.trampette.object.StandIn.Kind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The stand-ins of an object, in pages of their own before it.
///
/// ```
///   stubs (R-X)             slots (R--)        variables (RW-)
///   jmp [slot]; ud2    -->  handler | stub+6
/// ```
///
/// A routine cannot write to a slot. A page of code that is called at a distance behind its name, such as a hypercall
/// page, has a stub every 16 bytes.
final class StandIns {

    private static final int STUB = 16;
    private static final int SLOT = 8;
    private static final int ALIGNMENT = 64;

    /// `jmp [rip + disp32]`, and behind it the UD2 that an empty slot leads to.
    private static final int JUMP_SIZE = 6;
    private static final byte[] JUMP = {(byte) 0xff, 0x25};
    private static final byte[] UD2 = {0x0f, 0x0b};
    private static final byte INT3 = (byte) 0xcc;

    private final Map<String, StandIn> byName = new LinkedHashMap<>();
    private final MemorySegment stubs;
    private final MemorySegment slots;
    private final MemorySegment variables;

    /// @param region whose first bytes they take: [#size] of them
    /// @param names what is undefined
    /// @param sizes of those that are variables
    /// @param references how they are used
    /// @param library whether the C library may answer
    StandIns(Region region, Collection<String> names, Map<String, Integer> sizes,
            References references, boolean library) {
        List<String> functions = names.stream().filter(name -> !sizes.containsKey(name)).toList();
        long at = region.address();
        this.stubs = region.pages(at, stubBytes(functions, references));
        this.slots = region.pages(at + stubs.byteSize(), (long) functions.size() * SLOT);
        this.variables = region.pages(at + stubs.byteSize() + slots.byteSize(), bytes(sizes.values()));
        Region.protect(stubs, Access.READ_WRITE);
        Region.protect(slots, Access.READ_WRITE);
        stubs.fill(INT3);
        int n = 0;
        long offset = 0;
        for (String name : functions) {
            long size = stubBytes(List.of(name), references);
            byName.put(name, function(name, stubs.asSlice(offset, size), slots.asSlice((long) n * SLOT, SLOT),
                    library, references.isEnd(name)));
            offset += size;
            n++;
        }
        offset = 0;
        for (String name : names.stream().filter(sizes::containsKey).toList()) {
            byName.put(name, new StandIn(name, references.isCalledThrough(name) ? Kind.POINTER : Kind.VARIABLE,
                    variables.asSlice(offset, sizes.get(name)), MemorySegment.NULL));
            offset += aligned(sizes.get(name));
        }
        Region.protect(stubs, Access.READ_EXECUTE);
        Region.protect(slots, Access.READ);
        Region.protect(variables, Access.READ_WRITE);
    }

    /// How many bytes so many stand-ins take, at most.
    static long size(Collection<String> names, Collection<Integer> sizes, References references) {
        return Pages.whole(stubBytes(names, references)) + Pages.whole((long) names.size() * SLOT)
                + Pages.whole(bytes(sizes));
    }

    private static long stubBytes(Collection<String> functions, References references) {
        return functions.stream().mapToLong(name -> (references.reach(name) / STUB + 1L) * STUB).sum();
    }

    /// All, in the order in which the object names them.
    List<StandIn> all() {
        return List.copyOf(byName.values());
    }

    /// The addresses for the linker, as a script.
    String script() {
        return byName.values().stream().map(one -> "\"%s\" = 0x%x;\n".formatted(one.name(), one.place().address()))
                .collect(Collectors.joining());
    }

    /// Let a handler answer.
    ///
    /// @throws IllegalArgumentException when there is no such function, or when it answers by itself
    void attach(String name, MemorySegment handler) {
        StandIn standIn = byName.get(name);
        if (standIn == null || !standIn.isOpen()) {
            throw new IllegalArgumentException("nothing that a handler could answer for, symbol=" + name);
        }
        Region.protect(slots, Access.READ_WRITE);
        standIn.slot().set(JAVA_LONG, 0, handler.address());
        Region.protect(slots, Access.READ);
    }

    /// Variables to 0.
    void reset() {
        variables.fill((byte) 0);
    }

    private static StandIn function(String name, MemorySegment stub, MemorySegment slot, boolean library,
            boolean isEnding) {
        var helper = Helpers.code(name);
        if (helper.isPresent()) {
            write(stub, 0, helper.get());
            return new StandIn(name, Kind.HELPER, stub, MemorySegment.NULL);
        }
        for (int at = 0; at < stub.byteSize(); at += STUB) {
            write(stub, at, JUMP);
            stub.set(JAVA_INT_UNALIGNED, at + JUMP.length,
                    (int) (slot.address() - stub.address() - at - JUMP_SIZE));
            write(stub, at + JUMP_SIZE, UD2);
        }
        var function = library ? Helpers.library(name) : Optional.<MemorySegment>empty();
        slot.set(JAVA_LONG, 0, function.map(MemorySegment::address).orElse(stub.address() + JUMP_SIZE));
        return new StandIn(name, function.isPresent() ? Kind.LIBRARY
                : isEnding ? Kind.ENDING : Kind.OPEN, stub, slot);
    }

    private static void write(MemorySegment stub, int offset, byte[] code) {
        MemorySegment.copy(code, 0, stub, JAVA_BYTE, offset, code.length);
    }

    private static long bytes(Collection<Integer> sizes) {
        return sizes.stream().mapToLong(StandIns::aligned).sum();
    }

    private static long aligned(int size) {
        return size + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
