package dev.trampette.support;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// The mutants of the wrappers of the shim image. An instruction that goes through the gate is left as it is.
public final class Mutants {

    /// The NOP behind a call of the gate: 0F 1F 80 and a displacement.
    private static final int DESCRIPTOR = 0x0f1f;

    /// Of each design, role and kind, so that there are some 600.
    private static final int OF_EACH = 5;

    private Mutants() {
    }

    /// Those of the routines with a name, in which wildcards may stand; without a name some of each design, role and
    /// kind, the same ones in each run.
    public static List<Mutant> of(String name) {
        if (name.isEmpty()) {
            return some();
        }
        PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + name);
        return all().stream().filter(mutant -> glob.matches(Path.of(mutant.symbol()))).toList();
    }

    private static List<Mutant> all() {
        List<Contract> contracts = Image.shim().contracts();
        List<byte[]> code = contracts.stream().map(contract -> Image.shim().file().bytes(contract.symbol())).toList();
        List<List<Disassembly.Line>> lines = Disassembly.of(code);
        List<Mutant> mutants = new ArrayList<>();
        for (int n = 0; n < contracts.size(); n++) {
            mutants.addAll(each(contracts.get(n).symbol(), lines.get(n), code.get(n).length));
        }
        return named(mutants);
    }

    private static List<Mutant> some() {
        Map<String, List<Mutant>> groups = new TreeMap<>();
        Map<String, Contract> contracts = new HashMap<>();
        Image.shim().contracts().forEach(contract -> contracts.put(contract.symbol(), contract));
        for (Mutant mutant : all()) {
            Contract contract = contracts.get(mutant.symbol());
            groups.computeIfAbsent(contract.design() + contract.role() + mutant.kind(), _ -> new ArrayList<>())
                    .add(mutant);
        }
        return groups.values().stream().flatMap(group ->
                group.stream().map(mutant -> Map.entry(mutant.lot(), mutant)).sorted(Map.Entry.comparingByKey())
                        .limit(OF_EACH).map(Map.Entry::getValue)).toList();
    }

    private static List<Mutant> each(String symbol, List<Disassembly.Line> lines, int size) {
        List<Disassembly.Line> routine = lines.stream().filter(line -> line.offset() < size).toList();
        // Routines begin at multiples of 16, and NOPs stand between.
        boolean isRoomBehind = size % 16 != 0;
        List<Mutant> mutants = new ArrayList<>();
        IntStream.range(0, routine.size()).filter(n -> !isInstruction(routine, n)).forEach(n -> {
            Disassembly.Line line = routine.get(n);
            Instruction instruction = new Instruction(routine, n, isRoomBehind);
            for (Mutation kind : Mutation.values()) {
                kind.change(instruction);
                instruction.takeChanges().forEach(changed ->
                        mutants.add(new Mutant(symbol, line.offset(), kind, changed, line.text(), "")));
            }
        });
        return mutants;
    }

    /// Whether it is the call of the gate or the NOP behind it.
    private static boolean isInstruction(List<Disassembly.Line> routine, int n) {
        return isDescriptor(routine, n) || n + 1 < routine.size() && isDescriptor(routine, n + 1);
    }

    private static boolean isDescriptor(List<Disassembly.Line> routine, int n) {
        return Encoding.of(routine.get(n).bytes()).opcode() == DESCRIPTOR;
    }

    /// With the text of what they are changed to, without those that came out twice.
    private static List<Mutant> named(List<Mutant> mutants) {
        List<List<Disassembly.Line>> lines = Disassembly.of(mutants.stream().map(Mutant::code).toList());
        Map<String, Mutant> named = new LinkedHashMap<>();
        for (int n = 0; n < mutants.size(); n++) {
            Mutant m = mutants.get(n);
            Mutant with = new Mutant(m.symbol(), m.offset(), m.kind(), m.code(), m.original(),
                    m.kind() == Mutation.DELETED ? "nothing" : lines.get(n).getFirst().text());
            named.putIfAbsent("%s %d %s".formatted(m.symbol(), m.offset(), HexFormat.of().formatHex(m.code())),
                    with);
        }
        return List.copyOf(named.values());
    }
}
