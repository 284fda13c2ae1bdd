package dev.trampette.image;

import dev.trampette.call.ImageException;
import dev.trampette.contract.Contract;
import dev.trampette.image.frame.FrameTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import net.fornwall.jelf.ElfException;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSection;
import net.fornwall.jelf.ElfSymbol;

/// An image as a file: its symbols, the contracts in its notes, its code. Nothing is loaded, so it can be read where
/// nothing can be executed.
///
/// The files lie in the jar; the system property [Image#DIRECTORY_PROPERTY] names a directory to take them from
/// instead.
public final class ImageFile {

    private static final String PLATFORM = "linux-x86_64";
    private static final String CODE_SECTION = "wrappers";

    private static final Map<String, ImageFile> READ = new ConcurrentHashMap<>();

    /// A symbol with its place in the file's address space, and its size in bytes.
    record Extent(long offset, long size) {
        boolean contains(long address) {
            return address >= offset && address < offset + size;
        }
    }

    private final String name;
    private final byte[] file;
    private final Map<String, Extent> symbols = new LinkedHashMap<>();
    private final NavigableMap<Long, String> byOffset = new TreeMap<>();
    private final Map<String, String> notes;
    private final Map<String, Contract> contracts = new ConcurrentHashMap<>();
    private final ElfSection code;
    private final Optional<ElfSection> descriptions;

    private ImageFile(String name, byte[] file) {
        this.name = name;
        this.file = file;
        try {
            ElfFile elf = ElfFile.from(file);
            if (elf.getDynamicSymbolTableSection() == null) {
                throw new ImageException("not an image of this library: it exports nothing");
            }
            for (ElfSymbol symbol : elf.getDynamicSymbolTableSection().symbols) {
                if (symbol.st_shndx != 0) {
                    symbols.put(symbol.getName(), new Extent(symbol.st_value, symbol.st_size));
                    if (symbol.st_size > 0) {
                        byOffset.put(symbol.st_value, symbol.getName());
                    }
                }
            }
            code = section(elf, CODE_SECTION);
            descriptions = Optional.ofNullable(elf.firstSectionByName(".eh_frame"));
            notes = ContractNotes.read(section(elf, ContractNotes.SECTION).getData());
        } catch (ElfException e) {
            throw new ImageException("not an image of this library: " + e.getMessage(), e);
        }
    }

    /// Read the file of an image, or give the one that was read before.
    ///
    /// @param name of the shared object `libtrampette-NAME.so`, in the directory that [Image#DIRECTORY_PROPERTY] names
    ///        or in the class path
    /// @return the file
    /// @throws ImageException when it is missing or no image
    public static ImageFile named(String name) {
        return READ.computeIfAbsent(name, ImageFile::read);
    }

    /// A file that was linked as an image is.
    ///
    /// @throws IOException when it cannot be read
    /// @throws ImageException when it is no image
    static ImageFile of(Path file) throws IOException {
        return new ImageFile(file.getFileName().toString(), Files.readAllBytes(file));
    }

    /// The image whose instructions are the real bytes: for sizes and bytes.
    ///
    /// @return the file, read once
    /// @throws ImageException when the file is missing or no image
    public static ImageFile hardware() {
        return named("hardware");
    }

    /// {@return `shim`, `null` or `hardware`}
    public String name() {
        return name;
    }

    /// {@return the contracts of all routines, in the order of the sources}
    public List<Contract> contracts() {
        return notes.keySet().stream().map(this::contract).toList();
    }

    /// {@return the contracts of the wrappers, that is of the call sites, in the order of the sources}
    public List<Contract> callSites() {
        return contracts().stream().filter(contract -> contract.role() == Contract.Role.CALL_SITE).toList();
    }

    /// The symbol of a routine that is there in any image.
    String firstRoutine() {
        return notes.keySet().iterator().next();
    }

    /// The contract of a routine. It is read when it is asked for: an image has hundreds.
    ///
    /// @param symbol the name of the routine
    /// @return what it promises
    /// @throws ImageException when there is no such routine
    public Contract contract(String symbol) {
        String note = notes.get(symbol);
        if (note == null) {
            throw new ImageException("no such routine in the image, symbol=%s, image=%s".formatted(symbol, name));
        }
        return contracts.computeIfAbsent(symbol, _ -> Contract.parse(note));
    }

    /// The contract of a routine, if there is one.
    ///
    /// @param symbol any name
    /// @return what it promises; empty where the symbol has no contract, or is none
    public Optional<Contract> findContract(String symbol) {
        return notes.containsKey(symbol) ? Optional.of(contract(symbol)) : Optional.empty();
    }

    /// Look a symbol up.
    ///
    /// @param symbol any name
    /// @return whether the file has it, with a contract or without
    public boolean has(String symbol) {
        return symbols.containsKey(symbol);
    }

    /// Where a routine begins.
    ///
    /// @param symbol its name
    /// @return bytes from the beginning of the file's address space
    /// @throws ImageException when there is no such symbol
    public long offset(String symbol) {
        return extent(symbol).offset();
    }

    /// Name a place in the file.
    ///
    /// @param offset bytes from the beginning of its address space
    /// @return the routine in which it lies, as `symbol+0x1f`; empty where none is
    public Optional<String> locate(long offset) {
        return Optional.ofNullable(byOffset.floorEntry(offset)).map(Map.Entry::getValue)
                .filter(symbol -> symbols.get(symbol).contains(offset))
                .map(symbol -> symbol + "+0x" + Long.toHexString(offset - symbols.get(symbol).offset()));
    }

    /// The size of a routine.
    ///
    /// @param symbol its name
    /// @return bytes, without the padding behind it
    /// @throws ImageException when there is no such symbol
    public int size(String symbol) {
        return Math.toIntExact(extent(symbol).size());
    }

    /// The machine code of a routine.
    ///
    /// @param symbol its name
    /// @return a copy, [#size] long
    /// @throws ImageException when there is no such symbol
    public byte[] bytes(String symbol) {
        Extent extent = extent(symbol);
        int start = Math.toIntExact(extent.offset - code.header.sh_addr);
        return Arrays.copyOfRange(code.getData(), start, start + Math.toIntExact(extent.size));
    }

    /// {@return the machine code of all wrappers, whatever has become of it in memory}
    public byte[] wrappers() {
        return code.getData();
    }

    /// The symbols among the wrappers that promise nothing: there should be none, where nothing is there to be
    /// measured.
    List<String> withoutContract() {
        return symbols.entrySet().stream()
                .filter(symbol -> code().contains(symbol.getValue().offset()) && symbol.getValue().size() > 0)
                .map(Map.Entry::getKey)
                .filter(symbol -> !notes.containsKey(symbol)).toList();
    }

    Extent extent(String symbol) {
        Extent extent = symbols.get(symbol);
        if (extent == null) {
            throw new ImageException("no such symbol in the image, symbol=%s, image=%s".formatted(symbol, name));
        }
        return extent;
    }

    /// Where the wrappers' code is.
    Extent code() {
        return new Extent(code.header.sh_addr, code.header.sh_size);
    }

    /// The bytes of the file.
    byte[] file() {
        return file;
    }

    /// The file's name.
    static String fileName(String image) {
        return "libtrampette-" + image + ".so";
    }

    private static ImageFile read(String name) {
        String file = fileName(name);
        String directory = System.getProperty(Image.DIRECTORY_PROPERTY);
        try {
            return new ImageFile(name, directory == null ? resource(file)
                    : Files.readAllBytes(Path.of(directory, file)));
        } catch (NoSuchFileException e) {
            throw new ImageException("no image, file=%s, from the system property %s"
                    .formatted(e.getFile(), Image.DIRECTORY_PROPERTY));
        } catch (IOException e) {
            throw new ImageException("the image cannot be read (%s), file=%s".formatted(e.getMessage(), file), e);
        }
    }

    /// The frame descriptions of its code: the wrappers have none, and some specimens do.
    ///
    /// @param base where the file is loaded
    FrameTable frames(long base) {
        return descriptions.map(section -> FrameTable.ofExceptions(section.getData(),
                section.header.sh_addr + base, base)).orElse(FrameTable.NONE);
    }

    private static byte[] resource(String file) throws IOException {
        String resource = "/META-INF/native/" + PLATFORM + "/" + file;
        try (InputStream in = ImageFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new ImageException("no image in the jar, resource=" + resource);
            }
            return in.readAllBytes();
        }
    }

    private static ElfSection section(ElfFile elf, String name) {
        ElfSection section = elf.firstSectionByName(name);
        if (section == null) {
            throw new ImageException("not an image of this library: it has no section " + name);
        }
        return section;
    }
}
