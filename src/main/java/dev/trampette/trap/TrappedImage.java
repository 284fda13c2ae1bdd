package dev.trampette.trap;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.Pages;
import dev.trampette.image.Routines;
import dev.trampette.image.Target;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.FixUp;
import dev.trampette.shim.TrapSite;
import dev.trampette.spec.Gpr;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSection;

/// An image with real instructions in memory, and traps in their places: what becomes of code of others.
public final class TrappedImage implements Routines {

    private static final Map<String, TrappedImage> KNOWN = new ConcurrentHashMap<>();

    private final Image image;
    private final Bridge.Trap bridge;

    private TrappedImage(Image image) throws IOException {
        this.image = image;
        ElfFile elf = elf(image.name());
        String any = image.contracts().getFirst().symbol();
        long base = image.address(any).address() - image.file().offset(any);
        ElfSection section = elf.firstSectionByName("wrappers");
        byte[] code = section.getData();
        long address = base + section.header.sh_addr;
        List<TrapSite> sites = TrapSites.find(code, address, image.contracts().stream()
                .map(contract -> image.address(contract.symbol()).address()).toList());
        bridge = new Bridge.Trap(sites, fixUps(elf.firstSectionByName("extable"), base));
        MemorySegment pages = Pages.around(address, code.length);
        if (!Pages.protect(pages, Pages.Access.READ_WRITE)) {
            throw new IllegalStateException("code that cannot be changed, image=" + image.name());
        }
        TrapSites.replace(sites, MemorySegment.ofAddress(address).reinterpret(code.length), address);
        Pages.protect(pages, Pages.Access.READ_EXECUTE);
    }

    /// An image by its name, changed before anything in it runs.
    public static TrappedImage of(String name) {
        return KNOWN.computeIfAbsent(name, _ -> {
            try {
                return new TrappedImage(Image.named(name));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /// The image, whose runtime probes.
    public Image image() {
        return image;
    }

    /// Where the instructions are, and the exception table.
    public Bridge.Trap bridge() {
        return bridge;
    }

    @Override
    public List<Contract> contracts() {
        return image.contracts();
    }

    @Override
    public Target target(Contract contract) {
        return new Target(image.code(contract.symbol()), contract,
                contract.effect().isPresent() ? bridge : Bridge.NONE);
    }

    private static ElfFile elf(String name) throws IOException {
        try (InputStream in = Image.class.getResourceAsStream(
                "/META-INF/native/linux-x86_64/libtrampette-" + name + ".so")) {
            return ElfFile.from(in.readAllBytes());
        }
    }

    /// Three words each: see `frame.inc`.
    private static List<FixUp> fixUps(ElfSection section, long base) {
        List<FixUp> fixUps = new ArrayList<>();
        ByteBuffer table = ByteBuffer.wrap(section.getData()).order(ByteOrder.LITTLE_ENDIAN);
        while (table.remaining() >= 12) {
            long at = base + section.header.sh_addr + table.position();
            long instruction = at + table.getInt();
            long target = at + 4 + table.getInt();
            int register = table.getInt();
            boolean takesVector = register >= 0 && (register & 0x100) != 0;
            Optional<Gpr> named = register < 0 ? Optional.empty() : Optional.of(Gpr.of(register & 0xf));
            fixUps.add(new FixUp(instruction, target, takesVector || named.isEmpty() ? Map.of()
                    : Map.of(named.get(), 1L), takesVector ? named : Optional.empty()));
        }
        return fixUps;
    }
}
