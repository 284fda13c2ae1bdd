package dev.trampette.image;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The wrappers, assembled with one meaning of the instructions, and loaded.
///
/// The same sources give three images: [#shim] calls the gate, [#nullStub] calls a stub that succeeds at once, and
/// [#hardware] holds the real bytes. The shared objects lie in the jar; the system property
/// `dev.trampette.native` names a directory to take them from instead.
///
/// An image stays loaded. It is loaded when it is first asked for, from a temporary file that is gone afterwards.
public final class Image {

    /// The system property that names a directory with the shared objects.
    public static final String DIRECTORY_PROPERTY = "dev.trampette.native";

    private static final String PLATFORM = "linux-x86_64";

    private static final Map<String, Image> LOADED = new ConcurrentHashMap<>();

    private final String name;
    private final ElfObject elf;
    private final MemorySegment base;
    /// Where the last symbol ends, from the base.
    private final long end;

    private Image(String name, byte[] file, SymbolLookup lookup) {
        this.name = name;
        this.elf = new ElfObject(file);
        String any = elf.contracts().iterator().next();
        long address = lookup.find(any).orElseThrow().address() - elf.symbols().get(any).offset();
        this.base = MemorySegment.ofAddress(address);
        this.end = elf.symbols().values().stream().mapToLong(extent -> extent.offset() + extent.size()).max()
                .orElse(0);
    }

    /// An image by its name: the shared object `libtrampette-NAME.so`, in the directory that
    /// [#DIRECTORY_PROPERTY] names or in the class path.
    ///
    /// @throws ImageException on another platform, or when the file is missing or not usable
    public static Image named(String name) {
        return LOADED.computeIfAbsent(name, Image::load);
    }

    /// Each instruction goes through the gate to a shim: for verification and for models. Its wrappers can be called
    /// only inside a `Crossing`, which says who the shim is.
    ///
    /// @throws ImageException on another platform, or when the file is missing or not usable
    public static Image shim() {
        return named("shim");
    }

    /// Each instruction is a call of a stub that succeeds at once: for timing. What is left is the wrapper.
    ///
    /// @throws ImageException on another platform, or when the file is missing or not usable
    public static Image nullStub() {
        return named("null");
    }

    /// The real instructions: for sizes and bytes. Calling one here is #UD or #GP.
    ///
    /// @throws ImageException on another platform, or when the file is missing or not usable
    public static Image hardware() {
        return named("hardware");
    }

    /// `shim`, `null` or `hardware`.
    public String name() {
        return name;
    }

    /// The contracts of all routines, in the order of the sources.
    public List<Contract> contracts() {
        return elf.contracts().stream().map(elf::contract).toList();
    }

    /// The contracts of the wrappers, that is of the call sites, in the order of the sources.
    public List<Contract> callSites() {
        return contracts().stream().filter(contract -> contract.role() == Contract.Role.CALL_SITE).toList();
    }

    /// The symbols among the wrappers that promise nothing: there should be none, where nothing is there to be
    /// measured.
    List<String> withoutContract() {
        return elf.symbols().entrySet().stream()
                .filter(symbol -> elf.code().contains(symbol.getValue().offset()) && symbol.getValue().size() > 0)
                .map(Map.Entry::getKey)
                .filter(symbol -> !elf.contracts().contains(symbol)).toList();
    }

    /// A routine, by the name of its symbol.
    ///
    /// @throws ImageException when there is none
    public Symbol symbol(String symbol) {
        Contract contract = elf.contract(symbol);
        if (contract == null) {
            throw new ImageException("no such routine in the image, symbol=%s, image=%s".formatted(symbol, name));
        }
        return contract.convention() == Contract.Convention.SYSV
                ? new Function(this, contract, address(symbol))
                : new OpaqueSymbol(contract);
    }

    /// A C function, by the name of its symbol.
    ///
    /// @throws ImageException when there is none, or when it is no C function
    public Function function(String symbol) {
        if (symbol(symbol) instanceof Function function) {
            return function;
        }
        throw new ImageException("not a C function, it is for assembly only, symbol=%s, convention=%s".formatted(
                symbol, elf.contract(symbol).convention().name().toLowerCase(Locale.ROOT)));
    }

    /// The address of any symbol of the image: a part of the runtime, or a routine.
    ///
    /// @throws ImageException when there is none
    public MemorySegment address(String symbol) {
        return base(extent(symbol));
    }

    /// The size of a routine in bytes.
    ///
    /// @throws ImageException when there is no such symbol
    public int size(String symbol) {
        return Math.toIntExact(extent(symbol).size());
    }

    /// The machine code of a routine.
    ///
    /// @throws ImageException when there is no such symbol
    public byte[] bytes(String symbol) {
        return elf.bytes(extent(symbol));
    }

    /// The routine that an address lies in, of a loaded image or any shared object, as `symbol+0x1f`; or the bare
    /// address.
    public static String locate(long address) {
        return locate(address, Entry.NONE);
    }

    /// The same, in code that was entered somewhere.
    public static String locate(long address, Entry entry) {
        return LOADED.values().stream()
                .flatMap(image -> image.find(address).stream())
                .findFirst()
                .orElseGet(() -> {
                    Optional<LinkedSymbol> linked = LinkedSymbol.at(address);
                    return entry.place(address, linked.map(LinkedSymbol::symbol).orElse(0L))
                            .or(() -> linked.map(symbol -> locate(address, symbol)))
                            .orElseGet(() -> "0x%x".formatted(address));
                });
    }

    /// Never by the name of a file that was there for a moment.
    private static String locate(long address, LinkedSymbol linked) {
        if (linked.symbol() != 0) {
            return "%s+0x%x".formatted(linked.name(), address - linked.symbol());
        }
        String file = LOADED.values().stream()
                .filter(image -> image.base.address() == linked.fileBase()).findFirst()
                .map(image -> image.name + " image")
                .orElseGet(() -> Files.exists(linked.file()) ? linked.file().getFileName().toString() : "a lost file");
        return "%s+0x%x".formatted(file, address - linked.fileBase());
    }

    /// Whether an address is in the routine that was entered: inside its symbol, when that has a size, or else where it
    /// has the routine's name.
    public static boolean isInside(long address, Entry entry) {
        long size = LinkedSymbol.at(entry.address()).filter(linked -> linked.symbol() == entry.address())
                .map(LinkedSymbol::size).orElse(0L);
        return size > 0 ? address - entry.address() >= 0 && address - entry.address() < size
                : locate(address, entry).startsWith(entry.name() + "+");
    }

    /// Whether an address is among the wrappers of a loaded image.
    public static boolean isWrapper(long address) {
        return LOADED.values().stream().anyMatch(image -> image.elf.code().contains(address - image.base.address()));
    }

    private Optional<String> find(long address) {
        long offset = address - base.address();
        if (offset < 0 || offset >= end) {
            return Optional.empty();
        }
        return elf.symbols().entrySet().stream()
                .filter(symbol -> symbol.getValue().contains(offset))
                .map(symbol -> "%s+0x%x".formatted(symbol.getKey(), offset - symbol.getValue().offset()))
                .findFirst();
    }

    /// The wrappers' code as it is in memory.
    MemorySegment code() {
        return base(elf.code()).reinterpret(elf.code().size());
    }

    private ElfObject.Extent extent(String symbol) {
        ElfObject.Extent extent = elf.symbols().get(symbol);
        if (extent == null) {
            throw new ImageException("no such symbol in the image, symbol=%s, image=%s".formatted(symbol, name));
        }
        return extent;
    }

    private MemorySegment base(ElfObject.Extent extent) {
        return MemorySegment.ofAddress(base.address() + extent.offset());
    }

    private static Image load(String name) {
        requirePlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
        String file = "libtrampette-" + name + ".so";
        String directory = System.getProperty(DIRECTORY_PROPERTY);
        try {
            if (directory != null) {
                Path path = Path.of(directory, file);
                return new Image(name, Files.readAllBytes(path), SymbolLookup.libraryLookup(path, Arena.global()));
            }
            return extract(name, file);
        } catch (NoSuchFileException e) {
            throw new ImageException("no image, file=%s, from the system property %s"
                    .formatted(e.getFile(), DIRECTORY_PROPERTY));
        } catch (IOException | IllegalArgumentException e) {
            throw new ImageException(("the image cannot be loaded (%s); name a directory that allows execution with "
                    + "-D%s=DIR, file=%s").formatted(e.getMessage(), DIRECTORY_PROPERTY, file), e);
        }
    }

    private static Image extract(String name, String file) throws IOException {
        String resource = "/META-INF/native/" + PLATFORM + "/" + file;
        try (InputStream in = Image.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new ImageException("no image in the jar, resource=" + resource);
            }
            byte[] bytes = in.readAllBytes();
            Path temporary = Files.createTempFile("trampette-", "-" + file);
            try {
                Files.write(temporary, bytes);
                return new Image(name, bytes, SymbolLookup.libraryLookup(temporary, Arena.global()));
            } finally {
                Files.delete(temporary);
            }
        }
    }

    static void requirePlatform(String os, String arch) {
        if (!os.equals("Linux") || !arch.equals("amd64")) {
            throw new ImageException("Trampette runs on Linux on x86-64 only, os.name=%s, os.arch=%s"
                    .formatted(os, arch));
        }
    }
}
