package dev.trampette.image;

import dev.trampette.call.ImageException;
import dev.trampette.contract.Contract;
import dev.trampette.image.frame.FrameTable;
import dev.trampette.spec.Convention;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The wrappers, assembled with one meaning of the instructions, and loaded.
///
/// The same sources give three images: [#shim] calls the gate, [#nullStub] calls a stub that succeeds at once, and
/// [#hardware] holds the real bytes. The shared objects lie in the jar; the system property
/// `dev.trampette.native` names a directory to take them from instead. What can be known without loading it is in its
/// [ImageFile].
///
/// An image stays loaded. It is loaded when it is first asked for, from a temporary file that is gone afterwards.
public final class Image implements Routines {

    /// The system property that names a directory with the shared objects.
    public static final String DIRECTORY_PROPERTY = "dev.trampette.native";

    private static final Map<String, Image> LOADED = new ConcurrentHashMap<>();

    private final ImageFile file;
    private final MemorySegment base;
    private final FrameTable frames;
    private final WholeCode whole;

    private Image(ImageFile file, SymbolLookup lookup) {
        this.file = file;
        String any = file.firstRoutine();
        long address = lookup.find(any).orElseThrow().address() - file.extent(any).offset();
        this.base = MemorySegment.ofAddress(address);
        this.frames = file.frames(address);
        this.whole = new WholeCode(code());
    }

    /// Load an image, or give the one that was loaded before.
    ///
    /// @param name of the shared object `libtrampette-NAME.so`, in the directory that [#DIRECTORY_PROPERTY] names or in
    ///        the class path
    /// @return the image
    /// @throws ImageException on another platform, or when the file is missing or not usable
    public static Image named(String name) {
        return LOADED.computeIfAbsent(name, Image::load);
    }

    /// Load an image that was assembled as the shim image is.
    ///
    /// @param file the shared object, which may go afterwards
    /// @return the image
    /// @throws ImageException when the file is not usable
    public static Image load(Path file) {
        try {
            Image image = new Image(ImageFile.of(file), SymbolLookup.libraryLookup(file, Arena.global()));
            LOADED.put(file.toString(), image);
            return image;
        } catch (IOException | IllegalArgumentException e) {
            throw new ImageException(("the image cannot be loaded (%s); name a directory that allows execution with "
                    + "-Djava.io.tmpdir=DIR, file=%s").formatted(e.getMessage(), file), e);
        }
    }

    /// Each instruction goes through the gate to a shim: for verification and for models. Its wrappers can be called
    /// only inside a `Crossing`, which says who the shim is.
    ///
    /// @return the image, loaded once
    /// @throws ImageException on another platform, or when the file is missing or not usable
    public static Image shim() {
        return named("shim");
    }

    /// Each instruction is a call of a stub that succeeds at once: for timing. What is left is the wrapper.
    ///
    /// @return the image, loaded once
    /// @throws ImageException on another platform, or when the file is missing or not usable
    public static Image nullStub() {
        return named("null");
    }

    /// The real instructions: for sizes and bytes. Calling one here is #UD or #GP, except in a probe with traps. It has
    /// the runtime of the shim image.
    ///
    /// @return the image, loaded once
    /// @throws ImageException on another platform, or when the file is missing or not usable
    public static Image hardware() {
        return named("hardware");
    }

    /// {@return `shim`, `null` or `hardware`; of a file that was loaded by its path, its name}
    public String name() {
        return file.name();
    }

    /// {@return the file that it was loaded from, as it was then}
    public ImageFile file() {
        return file;
    }

    @Override
    public List<Contract> contracts() {
        return file.contracts();
    }

    @Override
    public Target target(Contract contract) {
        return Target.throughGate(code(contract.symbol()), contract);
    }

    /// The machine code of a routine, as it is in memory.
    ///
    /// @param symbol its name
    /// @return its bytes, from the entry to the end of its symbol
    /// @throws ImageException when there is no such symbol
    public Code code(String symbol) {
        ImageFile.Extent extent = file.extent(symbol);
        return new Code(symbol, base(extent).reinterpret(extent.size()));
    }

    /// Look a routine up.
    ///
    /// @param symbol its name
    /// @return a [Function] when its convention is System V, else an [OpaqueSymbol]
    /// @throws ImageException when there is none
    public Symbol symbol(String symbol) {
        Contract contract = file.contract(symbol);
        return contract.signature().convention() == Convention.SYSV
                ? new Function(this, contract, address(symbol))
                : new OpaqueSymbol(contract);
    }

    /// Look a C function up.
    ///
    /// @param symbol its name
    /// @return the function, to be bound by a `Crossing`
    /// @throws ImageException when there is none, or when it is no C function
    public Function function(String symbol) {
        if (symbol(symbol) instanceof Function function) {
            return function;
        }
        throw new ImageException("not a C function, it is for assembly only, symbol=%s, convention=%s".formatted(
                symbol, file.contract(symbol).signature().convention()));
    }

    /// The address of any symbol of the image: a part of the runtime, or a routine.
    ///
    /// @param symbol its name
    /// @return a segment of no size
    /// @throws ImageException when there is none
    public MemorySegment address(String symbol) {
        return base(file.extent(symbol));
    }

    /// Name a place in code.
    ///
    /// @param address anywhere in memory
    /// @return the routine of a loaded image or of any shared object in which it lies, as `symbol+0x1f`; or the bare
    ///         address, `0x7f...`
    public static String locate(long address) {
        return locate(address, Code.NONE);
    }

    /// Name a place in code that was entered somewhere.
    ///
    /// @param address anywhere in memory
    /// @param entered gives its name to what lies behind its entry and has none of its own
    /// @return `symbol+0x1f`, or the bare address
    public static String locate(long address, Code entered) {
        return LOADED.values().stream()
                .flatMap(image -> image.file.locate(address - image.base.address()).stream())
                .findFirst()
                .orElseGet(() -> {
                    Optional<LinkedSymbol> linked = LinkedSymbol.at(address);
                    return entered.place(address, linked.map(LinkedSymbol::symbol).orElse(0L))
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
                .map(image -> image.name() + " image")
                .orElseGet(() -> Files.exists(linked.file()) ? linked.file().getFileName().toString() : "a lost file");
        return "%s+0x%x".formatted(file, address - linked.fileBase());
    }

    /// A routine of a loaded image: `symbol`, or `symbol+0x1f` in it.
    static Optional<String> symbol(long address) {
        return LOADED.values().stream()
                .flatMap(image -> image.file.locate(address - image.base.address()).stream()).findFirst()
                .map(place -> place.replaceFirst("\\+0x0$", ""));
    }

    /// The wrappers' code of the loaded image that an address is in.
    static Optional<WholeCode> code(long address) {
        return LOADED.values().stream().map(image -> image.whole).filter(whole -> whole.contains(address)).findFirst();
    }

    /// Look whether an address is in the routine that was entered: inside its symbol, when that has a size, or else
    /// where it has the routine's name.
    ///
    /// @param address anywhere in memory
    /// @param entered the routine
    /// @return whether it is
    public static boolean isInside(long address, Code entered) {
        long entry = entered.entry().address();
        long size = entered.bytes().byteSize() > 0 ? entered.bytes().byteSize()
                : LinkedSymbol.at(entry).filter(linked -> linked.symbol() == entry).map(LinkedSymbol::size).orElse(0L);
        return entry != 0 && size > 0 ? address - entry >= 0 && address - entry < size
                : entry != 0 && locate(address, entered).startsWith(entered.symbol() + "+");
    }

    /// Compare where two addresses are from.
    ///
    /// @param one anywhere in memory
    /// @param other likewise
    /// @return whether both are in code of one file that the dynamic linker has loaded, or both in none
    public static boolean isSameFile(long one, long other) {
        return LinkedSymbol.at(one).map(LinkedSymbol::fileBase).equals(LinkedSymbol.at(other)
                .map(LinkedSymbol::fileBase));
    }

    /// The frame descriptions of the loaded image in which an address is.
    static FrameTable frames(long address) {
        return LOADED.values().stream().filter(image -> image.file.code().contains(address - image.base.address()))
                .findFirst().map(image -> image.frames).orElse(FrameTable.NONE);
    }

    /// Look whether code is of this library.
    ///
    /// @param address anywhere in memory
    /// @return whether it is among the wrappers of a loaded image
    public static boolean isWrapper(long address) {
        return LOADED.values().stream().anyMatch(image -> image.file.code().contains(address - image.base.address()));
    }

    /// {@return the wrappers' code as it is in memory, all of it}
    public MemorySegment code() {
        return base(file.code()).reinterpret(file.code().size());
    }

    private MemorySegment base(ImageFile.Extent extent) {
        return MemorySegment.ofAddress(base.address() + extent.offset());
    }

    private static Image load(String name) {
        requirePlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
        ImageFile file = ImageFile.named(name);
        String directory = System.getProperty(DIRECTORY_PROPERTY);
        try {
            return directory == null ? extract(file)
                    : new Image(file, SymbolLookup.libraryLookup(Path.of(directory, ImageFile.fileName(name)),
                            Arena.global()));
        } catch (IOException | IllegalArgumentException e) {
            throw new ImageException(("the image cannot be loaded (%s); name a directory that allows execution with "
                    + "-D%s=DIR, file=%s").formatted(e.getMessage(), DIRECTORY_PROPERTY, ImageFile.fileName(name)), e);
        }
    }

    private static Image extract(ImageFile file) throws IOException {
        Path temporary = Files.createTempFile("trampette-", "-" + ImageFile.fileName(file.name()));
        try {
            Files.write(temporary, file.file());
            return new Image(file, SymbolLookup.libraryLookup(temporary, Arena.global()));
        } finally {
            Files.delete(temporary);
        }
    }

    static void requirePlatform(String os, String arch) {
        if (!os.equals("Linux") || !arch.equals("amd64")) {
            throw new ImageException("Trampette runs on Linux on x86-64 only, os.name=%s, os.arch=%s"
                    .formatted(os, arch));
        }
    }
}
