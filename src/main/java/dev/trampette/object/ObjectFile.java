package dev.trampette.object;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import dev.trampette.contract.Contract;
import dev.trampette.image.ContractNotes;
import dev.trampette.image.Pages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// An object as a file: what it defines, what it lacks, what it promises. Nothing is loaded.
public final class ObjectFile {

    /// What is more than this does not fit below 2 GB beside everything else.
    private static final long MOST_MEMORY = 256 << 20;
    private static final long MOST_ALIGNMENT = 16 << 20;

    /// Symbols of the kernel's tools that mark a routine and are none: the hash and the padding before it.
    private static final Predicate<String> MARKS = name -> name.startsWith("__cfi_") || name.startsWith("__pfx_");

    /// Sections of Linux, some of which Xen and the BSDs have too.
    private static final Set<String> KERNEL_SECTIONS = Set.of(".noinstr.text", ".init.text", ".entry.text",
            "__ex_table", ".ex_table", ".altinstructions", ".altinstr_replacement", ".smp_locks", ".orc_unwind",
            ".modinfo", "__ksymtab", "__mcount_loc", ".return_sites", ".retpoline_sites",
            ".ibt_endbr_seal", "__bug_table");
    /// `-mfunction-return=thunk-extern`, `-mindirect-branch=thunk-extern`, `-mfentry`.
    private static final Predicate<String> KERNEL_SYMBOLS = name -> name.equals("__x86_return_thunk")
            || name.equals("__fentry__") || name.startsWith("__x86_indirect_thunk_");

    /// Flags of compilers that say it, and sections in which GCC records them (DW_AT_producer).
    private static final List<String> KERNEL_FLAGS = List.of("-mpreferred-stack-boundary=3", "-mstack-alignment=8");
    private static final Set<String> RECORDS = Set.of(".debug_str", ".debug_line_str", ".debug_info");

    private final Elf elf;
    private final List<ElfSymbol> table;
    /// Where the symbols of each section begin, for those that do not say where they end.
    private final Map<Integer, NavigableSet<Long>> starts = new HashMap<>();
    private final List<CodeSymbol> code;

    /// @throws ObjectException when it cannot be linked or loaded
    ObjectFile(Elf elf) {
        this.elf = elf;
        require(elf.type() == Elf.RELOCATABLE || elf.type() == Elf.SHARED,
                "neither an object (.o) nor a shared object (.so); give the objects that it was linked from");
        this.table = isShared() ? elf.dynamicSymbols() : elf.symbols();
        if (isShared()) {
            requireLoadable();
        } else {
            requireLinkable();
        }
        this.code = findCode();
    }

    /// The objects in a file: one, or those of an archive.
    ///
    /// @throws ObjectException when it cannot be linked or loaded
    public static List<ObjectFile> read(Path file) {
        return ObjectInput.read(file, file.toString());
    }

    /// The objects in files, and those that sources become. Nothing is linked, mapped or run.
    ///
    /// @param compilerFlags for sources, after those that are always there
    /// @throws ObjectException when one cannot be used
    /// @throws MissingToolException when this machine has not what it takes
    public static List<ObjectFile> read(List<Path> files, List<String> compilerFlags) {
        try (Workspace workspace = Workspace.open()) {
            List<ObjectFile> objects = files.stream().flatMap(file -> ObjectInput.read(Toolchain.isSource(file)
                    ? Toolchain.object(file, compilerFlags, workspace.directory()) : file, file.toString()).stream())
                    .toList();
            if (objects.stream().allMatch(object -> object.code().isEmpty())) {
                throw new ObjectException("no global code symbol; %s, file=%s".formatted(
                        objects.stream().anyMatch(ObjectFile::isIntermediate) ? "it was compiled with -flto, leave "
                        + "that out" : "NASM needs `global NAME`, GAS `.globl NAME`", files.getFirst()));
            }
            return objects;
        }
    }

    /// How messages call it.
    public String name() {
        return elf.name();
    }

    /// Its sections and bytes.
    public Elf elf() {
        return elf;
    }

    /// Whether the dynamic linker loads it.
    public boolean isShared() {
        return elf.type() == Elf.SHARED;
    }

    /// The global code symbols, in the order of the file.
    public List<CodeSymbol> code() {
        return code;
    }

    /// The bytes of one of them, before any relocation; none where they are not in the file.
    public byte[] bytes(CodeSymbol symbol) {
        ElfSection section = table.stream().filter(one -> isCode(one) && one.name().equals(symbol.name())
                && one.value() == symbol.offset()).map(this::section).findFirst().orElseThrow();
        int start = Math.toIntExact(symbol.offset() - section.address());
        return section.hasBytes() ? Arrays.copyOfRange(elf.bytes(section), start,
                start + Math.toIntExact(symbol.size())) : new byte[0];
    }

    private List<CodeSymbol> findCode() {
        table.stream().filter(symbol -> isCode(symbol) && (!symbol.isLocal() || symbol.type() == ElfSymbol.FUNCTION))
                .forEach(symbol -> starts.computeIfAbsent(symbol.section(), _ -> new TreeSet<>()).add(symbol.value()));
        return table.stream().filter(symbol -> !symbol.isLocal() && isCode(symbol) && !MARKS.test(symbol.name())
                && extent(symbol) > 0)
                .sorted(Comparator.comparing(ElfSymbol::section).thenComparing(ElfSymbol::value))
                .map(symbol -> new CodeSymbol(symbol.name(), section(symbol).name(), symbol.value(),
                        symbol.type() == ElfSymbol.INDIRECT ? 0 : extent(symbol), name()))
                .toList();
    }

    /// The names of the global variables.
    public List<String> data() {
        return table.stream().filter(symbol -> !symbol.isLocal() && symbol.isDefined() && !isCode(symbol))
                .map(ElfSymbol::name).toList();
    }

    /// All global names that it gives to others.
    Stream<String> defined() {
        return table.stream().filter(symbol -> !symbol.isLocal() && symbol.isDefined()).map(ElfSymbol::name);
    }

    /// The names that others must give. A weak one may be missing, and is then 0.
    public List<String> undefined() {
        return table.stream().filter(symbol -> !symbol.isLocal() && !symbol.isDefined()
                && symbol.binding() != ElfSymbol.WEAK && !symbol.name().isEmpty()).map(ElfSymbol::name).toList();
    }

    /// The names of local code symbols: assemblers keep all labels.
    Stream<String> labels() {
        return table.stream().filter(symbol -> symbol.isLocal() && isCode(symbol)).map(ElfSymbol::name);
    }

    /// Whether a compiler for C made it: then it may call what the C library has.
    boolean isCompiled() {
        return elf.section(".comment").map(comment -> new String(elf.bytes(comment)))
                .filter(text -> text.contains("GCC") || text.contains("clang")).isPresent();
    }

    /// Whether it is of a kernel: only those have such sections, and call such helpers.
    boolean isOfKernel() {
        return elf.sections().stream().anyMatch(section -> KERNEL_SECTIONS.contains(section.name()))
                || undefined().stream().anyMatch(KERNEL_SYMBOLS)
                || elf.sections().stream().filter(section -> RECORDS.contains(section.name()) && section.hasBytes())
                        .anyMatch(section -> isOfKernel(new String(elf.bytes(section), StandardCharsets.ISO_8859_1)));
    }

    /// Whether its note says that indirect branches in it are tracked.
    boolean isTracked() {
        return elf.section(GnuProperty.SECTION).filter(note -> GnuProperty.isTracked(elf.bytes(note))).isPresent();
    }

    /// Whether flags of a compiler leave RSP at a multiple of 8.
    static boolean isOfKernel(String flags) {
        return KERNEL_FLAGS.stream().anyMatch(flags::contains);
    }

    /// Whether it holds what a compiler makes code of when it links.
    private boolean isIntermediate() {
        return elf.sections().stream().anyMatch(section -> section.name().startsWith(".gnu.lto_"));
    }

    /// The contracts in its notes.
    ///
    /// @throws ObjectException when a note or a contract makes no sense
    public List<Contract> contracts() {
        try {
            Map<String, String> texts = new LinkedHashMap<>();
            for (ElfSection notes : elf.sections().stream().filter(section -> section.isNote()
                    && section.name().equals(ContractNotes.SECTION)).toList()) {
                texts.putAll(ContractNotes.read(elf.bytes(notes)));
            }
            return texts.values().stream().map(Contract::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new ObjectException("%s, section=%s, file=%s".formatted(e.getMessage(), ContractNotes.SECTION,
                    name()));
        }
    }

    /// How much memory it takes at most, with all gaps between sections.
    long memory() {
        return elf.sections().stream().filter(ElfSection::isAllocated)
                .mapToLong(section -> section.size() + Math.max(section.alignment(), Pages.PAGE)).sum();
    }

    private void requireLinkable() {
        for (ElfSection section : elf.sections()) {
            require(Long.compareUnsigned(section.alignment(), MOST_ALIGNMENT) <= 0
                    && Long.bitCount(section.alignment()) <= 1,
                    "an alignment that makes no sense, section=" + section.name());
            require(!section.isAllocated() || section.size() <= MOST_MEMORY,
                    "too large for an object that is called, section=%s, size=%d".formatted(section.name(),
                            section.size()));
        }
        require(memory() <= MOST_MEMORY, "too large for an object that is called, size=" + memory());
        for (ElfSymbol symbol : table) {
            require(symbol.section() == Elf.UNDEFINED || symbol.section() >= Elf.FIRST_RESERVED
                    || symbol.section() < elf.sections().size(), "a symbol in no section, symbol=" + symbol.name());
            require(symbol.type() != ElfSymbol.THREAD_LOCAL,
                    "a thread-local variable; link it as a .so, symbol=" + symbol.name());
            require(symbol.type() != ElfSymbol.INDIRECT,
                    "a function that is chosen when it is loaded (ifunc); link it as a .so, symbol=" + symbol.name());
        }
        elf.checkRelocations();
    }

    /// What the dynamic linker takes on trust.
    private void requireLoadable() {
        require(elf.segments().stream().anyMatch(segment -> segment.type() == ElfSegment.DYNAMIC),
                "a shared object without a dynamic section");
        require(elf.segments().stream().anyMatch(segment -> segment.type() == ElfSegment.LOAD),
                "a shared object with nothing to load");
        require(elf.segments().stream().filter(segment -> segment.type() == ElfSegment.LOAD).allMatch(segment ->
                segment.memorySize() >= segment.fileSize() && segment.memorySize() < 1L << 40
                && (segment.address() - segment.offset()) % Pages.PAGE == 0 && segment.address() >= 0
                && segment.address() < 1L << 40), "a segment that cannot be mapped");
        require(!table.isEmpty(), "a shared object that exports nothing");
    }

    private boolean isCode(ElfSymbol symbol) {
        if (symbol.section() == Elf.UNDEFINED || symbol.section() >= elf.sections().size() || symbol.name().isEmpty()) {
            return false;
        }
        return symbol.type() == ElfSymbol.FUNCTION || symbol.type() == ElfSymbol.INDIRECT
                || symbol.type() == ElfSymbol.NO_TYPE && section(symbol).isExecutable();
    }

    private ElfSection section(ElfSymbol symbol) {
        return elf.sections().get(symbol.section());
    }

    /// Up to the symbol's end, or the next symbol's beginning, or the end of the section.
    private long extent(ElfSymbol symbol) {
        long end = section(symbol).address() + section(symbol).size();
        long rest = end - symbol.value();
        if (symbol.value() < section(symbol).address() || rest <= 0) {
            return 0;
        }
        Long next = starts.get(symbol.section()).higher(symbol.value());
        return symbol.size() > 0 ? Math.min(symbol.size(), rest)
                : next == null ? rest : Math.min(next - symbol.value(), rest);
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new ObjectException("%s, file=%s".formatted(problem, name()));
        }
    }
}
