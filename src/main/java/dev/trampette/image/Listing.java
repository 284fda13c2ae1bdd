package dev.trampette.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trampette.call.ImageException;
import dev.trampette.decode.Decoder;
import dev.trampette.decode.Operation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of machine instructions in memory whose addresses are known: they were executed.
public final class Listing {

    /// The longest instruction, in bytes.
    private static final int LONGEST = 15;
    /// Addresses that are nearer to each other are disassembled at once.
    private static final int NEAR = 256;

    private static final Pattern BRANCH = Pattern.compile("((?:\\S+ +)+)0x([0-9a-f]+)");
    private static final Pattern RELATIVE = Pattern.compile("(.*\\[)rip[+-]0x[0-9a-f]+(].*?) *# 0x([0-9a-f]+)");

    private static final Pattern GAS_RELATIVE =
            Pattern.compile("(.*?)-?0x[0-9a-f]+(\\(%rip\\).*?) *# 0x([0-9a-f]+)");

    private final Map<Long, Operation> operations = new HashMap<>();
    private final Landmarks landmarks;
    private final Syntax syntax;

    private Listing(Landmarks landmarks, Syntax syntax) {
        this.landmarks = landmarks;
        this.syntax = syntax;
    }

    /// Disassemble what is at some addresses. Code that belongs to an image or an object is disassembled as a whole,
    /// once; all else is from the addresses on.
    ///
    /// @param addresses at which instructions begin; those without memory are left out
    /// @param landmarks the names of addresses
    /// @return what is there, in Intel syntax
    /// @throws ImageException when there is no objdump
    public static Listing of(Collection<Long> addresses, Landmarks landmarks) {
        Listing listing = new Listing(landmarks, Syntax.INTEL);
        TreeSet<Long> left = new TreeSet<>(addresses);
        left.removeIf(address -> !Pages.isMapped(address, 1));
        left.removeIf(address -> landmarks.code(address).flatMap(code -> code.at(address))
                .map(listing::add).isPresent());
        return listing.disassembled(left);
    }

    /// Disassemble what is at some addresses, in some syntax; what the instructions do is not told then.
    ///
    /// @param addresses at which instructions begin; those without memory are left out
    /// @param landmarks the names of addresses
    /// @param syntax of the texts
    /// @return what is there
    /// @throws ImageException when there is no objdump
    public static Listing written(Collection<Long> addresses, Landmarks landmarks, Syntax syntax) {
        TreeSet<Long> left = new TreeSet<>(addresses);
        left.removeIf(address -> !Pages.isMapped(address, 1));
        return syntax == Syntax.INTEL ? of(addresses, landmarks) : new Listing(landmarks, syntax).disassembled(left);
    }

    private Listing disassembled(TreeSet<Long> left) {
        while (!left.isEmpty()) {
            disassemble(left.first(), end(left), left);
            left.removeAll(operations.keySet());
        }
        return this;
    }

    /// Disassemble a routine, as far as its size is known.
    ///
    /// @param code the routine
    /// @param ours instructions for which something else stands in the code, by their addresses
    /// @param landmarks the names of addresses
    /// @return its instructions, from its entry on
    /// @throws ImageException when there is no objdump
    public static List<Operation> routine(Code code, Map<Long, Operation> ours, Landmarks landmarks) {
        Listing listing = new Listing(landmarks, Syntax.INTEL);
        List<Operation> routine = new ArrayList<>();
        long end = code.entry().address() + code.bytes().byteSize();
        for (long address = code.entry().address(); address < end;) {
            long at = address;
            Operation next = Optional.ofNullable(ours.get(at))
                    .or(() -> landmarks.code(at).flatMap(whole -> whole.at(at)))
                    .orElseGet(() -> listing.alone(at, end));
            routine.add(next);
            address = next.next();
        }
        return routine;
    }

    private Operation alone(long address, long end) {
        if (!operations.containsKey(address)) {
            disassemble(address, end, Set.of(address));
        }
        return operations.get(address);
    }

    /// Look an instruction up.
    ///
    /// @param address where it begins
    /// @return what it does; empty when it was not asked for
    public Optional<Operation> at(long address) {
        return Optional.ofNullable(operations.get(address));
    }

    /// Look the text of an instruction up.
    ///
    /// @param address where it begins
    /// @return the text, in which addresses are called by their names; empty when it was not asked for
    public Optional<String> text(long address) {
        return at(address).map(operation -> syntax.of(named(operation.text())));
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
    /// the boundaries behind it wrong: what was not met is disassembled from its own address. What nobody has asked for
    /// may be cut at the end, and is left out.
    private void disassemble(long begin, long end, Set<Long> asked) {
        byte[] bytes = MemorySegment.ofAddress(begin).reinterpret(end - begin).toArray(JAVA_BYTE);
        List<Disassembly.Line> lines = Disassembly.required(bytes, begin, syntax);
        for (int n = 0; n < lines.size(); n++) {
            long address = lines.get(n).address();
            long next = n + 1 < lines.size() ? lines.get(n + 1).address() : end;
            byte[] one = Arrays.copyOfRange(bytes, (int) (address - begin), (int) (next - begin));
            String text = lines.get(n).text();
            if (!asked.contains(address)) {
                continue;
            }
            add(syntax == Syntax.GAS ? Operation.unknown(address, text) : Decoder.decode(one, address, text));
        }
        operations.computeIfAbsent(begin, _ -> Operation.unknown(begin, "(bad)"));
    }

    private Operation add(Operation operation) {
        operations.put(operation.address(), operation);
        return operation;
    }

    /// Targets of branches, and operands relative to RIP, by their symbols.
    private String named(String text) {
        Matcher branch = BRANCH.matcher(text);
        if (branch.matches() && text.matches("(?:bnd |notrack )?(?:call|j[a-z]+|loop[a-z]*) .*")) {
            return symbol(branch.group(2)).map(name -> branch.group(1) + name).orElse(text);
        }
        Matcher gas = GAS_RELATIVE.matcher(text);
        if (gas.matches()) {
            return symbol(gas.group(3)).map(name -> gas.group(1) + name + gas.group(2))
                    .orElseGet(() -> text.replaceFirst(" *#.*", ""));
        }
        Matcher relative = RELATIVE.matcher(text);
        return relative.matches() ? symbol(relative.group(3)).map(name ->
                relative.group(1) + "rip+" + name + relative.group(2))
                .orElseGet(() -> text.replaceFirst(" *#.*", "")) : text;
    }

    private Optional<String> symbol(String address) {
        return landmarks.symbol(Long.parseUnsignedLong(address, 16));
    }
}
