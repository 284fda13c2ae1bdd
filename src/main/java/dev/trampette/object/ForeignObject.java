package dev.trampette.object;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import dev.trampette.contract.Contract;
import dev.trampette.contract.External;
import dev.trampette.image.Code;
import dev.trampette.image.Landmarks;
import dev.trampette.image.Routines;
import dev.trampette.image.Target;
import dev.trampette.image.WholeCode;
import dev.trampette.image.frame.FrameTable;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.FixUp;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Code from outside, loaded: an object, a source, an archive, several of them together, or a shared object.
///
/// A `.so` is loaded by the dynamic linker. Everything else is linked by `ld` for a free address below 2 GB and mapped
/// there, without constructors, with stand-ins for what it does not define. Nothing of it is on disk any more.
///
/// It is for one thread at a time: the code has variables. Closed, it is unmapped, and its code must not run.
public final class ForeignObject implements Routines, Landmarks, AutoCloseable {

    /// How many symbols an error lists.
    private static final int NAMED = 5;

    private static final Pattern PLACE = Pattern.compile("(\\S+)\\+0x([0-9a-f]{1,15})");

    private final List<CodeSymbol> symbols;
    private final List<String> data;
    private final List<Contract> contracts;
    private final String name;
    private final Loaded loaded;
    private final SourceLines lines;
    private final boolean isOfKernel;
    private final boolean isTracked;
    private final Map<String, Code> code = new LinkedHashMap<>();
    private final NavigableMap<Long, Code> byAddress = new TreeMap<>();
    private final FrameTable frames;

    private final List<WholeCode> whole;

    private ForeignObject(List<ObjectFile> files, boolean isOfKernel, Loaded loaded) {
        this.loaded = loaded;
        this.lines = new SourceLines(loaded.elf());
        this.name = loaded.elf().name();
        this.frames = frames(loaded.elf(), loaded.bias());
        this.isOfKernel = isOfKernel || files.stream().anyMatch(ObjectFile::isOfKernel);
        this.isTracked = files.stream().allMatch(ObjectFile::isTracked);
        this.contracts = files.stream().flatMap(file -> file.contracts().stream()).toList();
        this.data = files.stream().flatMap(file -> file.data().stream()).toList();
        this.whole = loaded.elf().sections().stream().filter(section -> section.isAllocated()
                        && section.isExecutable() && section.size() <= WholeCode.MOST)
                .map(section -> new WholeCode(MemorySegment.ofAddress(section.address() + loaded.bias())
                        .reinterpret(section.size()))).toList();
        List<CodeSymbol> found = new ArrayList<>();
        for (CodeSymbol symbol : files.stream().flatMap(file -> file.code().stream()).toList()) {
            OptionalLong address = loaded.find(symbol);
            if (address.isPresent() && !code.containsKey(symbol.name())) {
                Code routine = new Code(symbol.name(), MemorySegment.ofAddress(address.getAsLong() + loaded.bias())
                        .reinterpret(symbol.size()));
                code.put(symbol.name(), routine);
                byAddress.putIfAbsent(routine.entry().address(), routine);
                found.add(symbol);
            }
        }
        this.symbols = List.copyOf(found);
        if (symbols.isEmpty()) {
            throw new ObjectException("no global code symbol is left when it is linked, file=" + name);
        }
        loaded.elf().symbols().stream().filter(symbol -> symbol.isLocal() && symbol.isDefined() && symbol.size() > 0
                && symbol.type() == ElfSymbol.FUNCTION).forEach(symbol -> byAddress.putIfAbsent(
                        symbol.value() + loaded.bias(), new Code(symbol.name(), MemorySegment.ofAddress(
                                symbol.value() + loaded.bias()).reinterpret(symbol.size()))));
    }

    /// Load objects, or sources, together.
    ///
    /// @throws ObjectException when one cannot be used
    /// @throws MissingToolException when this machine has not what it takes
    public static ForeignObject load(Path... files) {
        return load(List.of(files), List.of(), Map.of());
    }

    /// Load objects, or sources, together.
    ///
    /// @param compilerFlags for sources, after those that are always there
    /// @throws ObjectException when one cannot be used
    /// @throws MissingToolException when this machine has not what it takes
    public static ForeignObject load(List<Path> files, List<String> compilerFlags) {
        return load(files, compilerFlags, Map.of());
    }

    /// Load objects, or sources, together.
    ///
    /// @param compilerFlags for sources, after those that are always there
    /// @param variables which undefined symbols are variables, and their sizes in bytes: of all others those are
    ///                  variables that an instruction reads or writes, and none calls
    /// @throws ObjectException when one cannot be used
    /// @throws MissingToolException when this machine has not what it takes
    public static ForeignObject load(List<Path> files, List<String> compilerFlags, Map<String, Integer> variables) {
        try (Workspace workspace = Workspace.open()) {
            return load(files, ObjectFile.read(files, compilerFlags), compilerFlags, variables, workspace);
        }
    }

    /// Load a text in the language of GAS, and objects and sources beside it.
    ///
    /// @param compilerFlags for sources, after those that are always there
    /// @throws ObjectException when one cannot be used
    /// @throws MissingToolException when this machine has not what it takes
    public static ForeignObject load(String assembly, List<Path> beside, List<String> compilerFlags) {
        try (Workspace workspace = Workspace.open()) {
            List<Path> files = new ArrayList<>(List.of(workspace.write("statements.s", assembly)));
            files.addAll(beside);
            return load(files, ObjectFile.read(files, compilerFlags), compilerFlags, Map.of(), workspace);
        }
    }

    /// The address of a symbol, of any kind; of a local one too.
    public OptionalLong address(String symbol) {
        return loaded.elf().symbols().stream().filter(one -> one.isDefined() && one.name().equals(symbol))
                .mapToLong(one -> one.value() + bias()).findFirst();
    }

    private static ForeignObject load(List<Path> files, List<ObjectFile> objects, List<String> compilerFlags,
            Map<String, Integer> variables, Workspace workspace) {
        Optional<ObjectFile> shared = objects.stream().filter(ObjectFile::isShared).findFirst();
        if (shared.isPresent() && objects.size() > 1) {
            throw new ObjectException("a shared object is loaded alone, not with others, file="
                    + shared.get().name());
        }
        Map<String, Integer> said = new HashMap<>(variables);
        objects.stream().flatMap(object -> object.contracts().stream()).forEach(contract ->
                External.variables(contract.externals()).forEach(said::putIfAbsent));
        Loaded loaded = shared.isPresent() ? SharedLibrary.load(shared.get(), files.getFirst())
                : LinkedCode.load(objects, said, workspace.directory());
        try {
            return new ForeignObject(objects, compilerFlags.stream().anyMatch(ObjectFile::isOfKernel), loaded);
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    /// The routines: all global code symbols, file by file, in the order of their places in it.
    public List<CodeSymbol> symbols() {
        return symbols;
    }

    /// Whether the dynamic linker has loaded it.
    public boolean isShared() {
        return loaded instanceof SharedLibrary;
    }

    /// The names of its global variables.
    public List<String> variables() {
        return data;
    }

    /// The machine code of a routine, as it is in memory.
    ///
    /// @throws ObjectException when there is none of this name
    public Code code(String symbol) {
        Code routine = code.get(symbol);
        if (routine == null) {
            List<String> near = Near.names(symbol, code.keySet().stream());
            throw new ObjectException(data.contains(symbol)
                    ? "a variable, not code, symbol=%s, file=%s".formatted(symbol, name)
                    : "no such symbol; %s, symbol=%s, file=%s".formatted(near.isEmpty()
                            ? "there is %s".formatted(code.keySet().stream().limit(NAMED)
                                    .collect(Collectors.joining(", ", "", code.size() > NAMED ? ", ..." : "")))
                            : "did you mean %s?".formatted(String.join(", ", near)), symbol, name));
        }
        return routine;
    }

    /// The contracts in its notes.
    @Override
    public List<Contract> contracts() {
        return contracts;
    }

    /// A routine that runs as it is: what replaces its instructions comes with a bridge of its own.
    ///
    /// @throws ObjectException when there is none of the contract's symbol
    @Override
    public Target target(Contract contract) {
        return new Target(code(contract.symbol()), contract, Bridge.NONE);
    }

    /// Whether it is of a kernel, by its sections, what it calls, and the flags that it was compiled with: then RSP is
    /// a multiple of 8 where it calls a C function, and not of 16.
    public boolean isOfKernel() {
        return isOfKernel;
    }

    /// Whether its notes say that indirect branches in it are tracked: of several files all say so.
    public boolean isTracked() {
        return isTracked;
    }

    /// What answers for the symbols that it does not define, in the order in which it names them.
    public List<StandIn> standIns() {
        return loaded.standIns();
    }

    /// Let a handler answer for an undefined function. It is jumped to, with all registers and the stack as they are.
    ///
    /// @throws IllegalArgumentException when there is no such function, or a helper that answers by itself
    public void attach(String standIn, MemorySegment handler) {
        loaded.attach(standIn, handler);
    }

    /// Give all writable data their initial content, and the variables that stand in for undefined symbols 0. What a
    /// shared object keeps in its variables stays.
    public void reset() {
        loaded.reset();
    }

    /// The file as it was linked: sections, bytes.
    public Elf elf() {
        return loaded.elf();
    }

    /// What can be copied to another place as a whole: its sections and stand-ins. Nothing of a shared object, of which
    /// the dynamic linker has more.
    public List<MemorySegment> parts() {
        return isShared() ? List.of() : Stream.concat(
                loaded.elf().sections().stream().filter(section -> section.isAllocated() && section.size() > 0)
                        .map(section -> MemorySegment.ofAddress(section.address()).reinterpret(section.size())),
                standIns().stream().flatMap(standIn -> Stream.of(standIn.place(), standIn.slot()))
                        .filter(place -> place.byteSize() > 0)).toList();
    }

    /// What its parts must be aligned to, so that its data stay where its code may want them.
    public int alignment() {
        return (int) loaded.elf().sections().stream().filter(section -> section.isAllocated()
                && !section.isExecutable() && section.size() > 0).mapToLong(ElfSection::alignment).max().orElse(1);
    }

    /// What must be added to an address of the file to get one in memory: 0 for all that was linked here.
    public long bias() {
        return loaded.bias();
    }

    /// Where its code goes on when an instruction faults.
    ///
    /// @throws ObjectException when there is a table, and nobody knows its form
    public List<FixUp> exceptionTable() {
        Map<Long, String> handlers = standIns().stream().collect(Collectors.toMap(
                standIn -> standIn.place().address() - bias(), StandIn::name, (one, _) -> one));
        return ExceptionTable.read(loaded.elf(), handlers).stream().map(entry -> entry.at(bias())).toList();
    }

    /// A place in a routine as `symbol+0x1f`, and `symbol+0x1f (file:line)` with debug information; in a stand-in by
    /// its name. Empty when it is in neither.
    @Override
    public Optional<String> locate(long address) {
        return Optional.ofNullable(byAddress.floorEntry(address)).map(Map.Entry::getValue)
                .filter(routine -> routine.contains(address))
                .map(routine -> "%s+0x%x".formatted(routine.symbol(), address - routine.entry().address())
                        + lines.at(address - bias()).map(" (%s)"::formatted).orElse(""))
                .or(() -> standIns().stream().filter(one -> address - one.place().address() >= 0
                        && address - one.place().address() < one.place().byteSize()).findFirst()
                        .map(one -> "the undefined symbol " + one.name()));
    }

    /// A place that somebody has named, `symbol+0x1f`, with the line of the source where there is debug information; in
    /// a function that has no global name, by its own. Else as it is.
    public String locate(String place) {
        Matcher named = PLACE.matcher(place);
        return Optional.of(named).filter(Matcher::matches).map(it -> code.get(it.group(1)))
                .flatMap(routine -> locate(routine.entry().address() + Long.parseLong(named.group(2), 16)))
                .orElse(place);
    }

    @Override
    public Optional<String> symbol(long address) {
        return Optional.ofNullable(byAddress.floorEntry(address)).map(Map.Entry::getValue)
                .filter(routine -> routine.contains(address))
                .map(routine -> symbol(routine.symbol(), address - routine.entry().address()))
                .or(() -> standIns().stream().filter(one -> address - one.place().address() >= 0
                        && address - one.place().address() < one.place().byteSize()).findFirst()
                        .map(one -> symbol(one.name(), address - one.place().address())))
                .or(() -> loaded.elf().symbols().stream().filter(one -> one.isDefined() && one.size() > 0
                        && Long.compareUnsigned(address - bias() - one.value(), one.size()) < 0).findFirst()
                        .map(one -> symbol(one.name(), address - bias() - one.value())))
                .or(() -> loaded.elf().sections().stream().filter(one -> one.isAllocated()
                        && one.contains(address - bias())).findFirst()
                        .map(one -> symbol(one.name(), address - bias() - one.address())));
    }

    private static String symbol(String name, long offset) {
        return offset == 0 ? name : "%s+0x%x".formatted(name, offset);
    }

    /// A stand-in is none of its own, and neither is the C library.
    @Override
    public boolean isOwn(long address) {
        return loaded.elf().sections().stream().anyMatch(section -> section.isAllocated() && section.isExecutable()
                && section.contains(address - bias()));
    }

    @Override
    public FrameTable frames(long address) {
        return frames;
    }

    /// Those of the debugger where there are no others.
    private static FrameTable frames(Elf elf, long bias) {
        return elf.section(".eh_frame").map(section -> FrameTable.ofExceptions(elf.bytes(section),
                        section.address() + bias, bias))
                .or(() -> elf.section(".debug_frame").map(section ->
                        FrameTable.ofDebugger(elf.bytes(section), bias)))
                .orElse(FrameTable.NONE);
    }

    @Override
    public Optional<WholeCode> code(long address) {
        return whole.stream().filter(code -> code.contains(address)).findFirst();
    }

    /// Unmap it. What it was loaded from is gone already.
    @Override
    public void close() {
        loaded.close();
    }
}
