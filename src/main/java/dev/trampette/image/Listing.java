package dev.trampette.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The text of machine instructions in memory whose addresses are known: they were executed.
public final class Listing {

    /// The longest instruction, in bytes.
    private static final int LONGEST = 15;
    /// Addresses that are nearer to each other are disassembled at once.
    private static final int NEAR = 256;

    private final Map<Long, Instruction> instructions = new HashMap<>();

    /// One instruction.
    ///
    /// @param text in Intel syntax
    /// @param length in bytes
    public record Instruction(String text, int length) {
    }

    private Listing() {
    }

    /// Disassemble what is at these addresses.
    ///
    /// @throws ImageException when there is no objdump
    public static Listing of(Collection<Long> addresses) {
        Listing listing = new Listing();
        TreeSet<Long> left = new TreeSet<>(addresses);
        left.removeIf(address -> !Pages.isMapped(address, 1));
        while (!left.isEmpty()) {
            listing.disassemble(left.first(), end(left));
            left.removeAll(listing.instructions.keySet());
        }
        return listing;
    }

    /// What is at an address, when it was asked for.
    public Optional<Instruction> at(long address) {
        return Optional.ofNullable(instructions.get(address));
    }

    /// The end of the first addresses that are near each other.
    private static long end(TreeSet<Long> addresses) {
        long last = addresses.first();
        for (long address : addresses) {
            if (address - last > NEAR) {
                break;
            }
            last = address;
        }
        long end = last + LONGEST;
        while (!Pages.isMapped(last, end - last)) {
            end--;
        }
        return end;
    }

    /// From an address on, at which an instruction begins. What lies between code and was not executed may be data, and
    /// the boundaries behind it wrong: what was not met is disassembled from its own address.
    private void disassemble(long begin, long end) {
        byte[] bytes = MemorySegment.ofAddress(begin).reinterpret(end - begin).toArray(JAVA_BYTE);
        try {
            long last = begin - 1;
            for (Disassembly.Line line : Disassembly.of(bytes, begin)) {
                if (last >= begin && instructions.containsKey(last)) {
                    instructions.computeIfPresent(last, (address, it) ->
                            new Instruction(it.text(), (int) (line.address() - address)));
                }
                last = line.address();
                instructions.put(last, new Instruction(line.text(), (int) (end - last)));
            }
            instructions.putIfAbsent(begin, new Instruction("(bad)", 1));
        } catch (IOException e) {
            throw new ImageException("code cannot be disassembled (%s); install objdump (binutils)"
                    .formatted(e.getMessage()), e);
        }
    }
}
