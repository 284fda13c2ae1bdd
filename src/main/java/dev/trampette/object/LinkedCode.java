package dev.trampette.object;

import dev.trampette.call.ObjectException;
import dev.trampette.image.Pages.Access;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// Objects that were linked for a fixed address below 2 GB, and mapped there. No constructor runs, and no file stays.
final class LinkedCode implements Loaded {

    private static final int EXECUTABLE = 1;
    private static final int WRITABLE = 2;

    private final Region region;
    private final StandIns standIns;
    private final Elf elf;
    private final Map<String, Long> addresses = new HashMap<>();
    private final List<ElfSegment> writable;

    private LinkedCode(Region region, StandIns standIns, Elf elf, Collection<CodeSymbol> code) {
        this.region = region;
        this.standIns = standIns;
        this.elf = elf;
        Set<String> names = code.stream().map(CodeSymbol::name).collect(Collectors.toSet());
        elf.symbols().stream().filter(symbol -> !symbol.isLocal() && symbol.isDefined()
                && names.contains(symbol.name())).forEach(symbol -> addresses.put(symbol.name(), symbol.value()));
        List<ElfSegment> loaded = elf.segments().stream()
                .filter(segment -> segment.type() == ElfSegment.LOAD && segment.memorySize() > 0).toList();
        this.writable = loaded.stream().filter(segment -> (segment.flags() & WRITABLE) != 0).toList();
        loaded.forEach(segment -> Region.protect(pages(segment), Access.READ_WRITE));
        loaded.forEach(this::fill);
        loaded.forEach(segment -> Region.protect(pages(segment), access(segment)));
    }

    /// @param variables the sizes of undefined symbols that are variables
    /// @throws ObjectException when the linker refuses
    static LinkedCode load(List<ObjectFile> objects, Map<String, Integer> variables, Path directory) {
        Link link = new Link(objects);
        Set<String> undefined = link.undefined();
        References references = new References(objects, variables.keySet());
        Map<String, Integer> sizes = references.variables(undefined);
        sizes.keySet().removeIf(Helpers::isKnown);
        undefined.stream().filter(variables::containsKey).forEach(name -> sizes.put(name, variables.get(name)));
        long size = StandIns.size(undefined, sizes.values(), references);
        Region region = Region.reserve(size + link.memory());
        try {
            StandIns standIns = new StandIns(region, undefined, sizes, references,
                    objects.stream().anyMatch(ObjectFile::isCompiled));
            Elf elf = link.at(region.address() + size, standIns.script(), directory);
            return new LinkedCode(region, standIns, elf, objects.stream().flatMap(object -> object.code().stream())
                    .toList());
        } catch (RuntimeException e) {
            region.close();
            throw e;
        }
    }

    @Override
    public Elf elf() {
        return elf;
    }

    @Override
    public long bias() {
        return 0;
    }

    @Override
    public OptionalLong find(CodeSymbol symbol) {
        Long address = addresses.get(symbol.name());
        return address == null ? OptionalLong.empty() : OptionalLong.of(address);
    }

    @Override
    public List<StandIn> standIns() {
        return standIns.all();
    }

    @Override
    public void attach(String name, MemorySegment handler) {
        standIns.attach(name, handler);
    }

    @Override
    public void reset() {
        writable.forEach(this::fill);
        standIns.reset();
    }

    @Override
    public void close() {
        region.close();
    }

    private void fill(ElfSegment segment) {
        MemorySegment memory = MemorySegment.ofAddress(segment.address()).reinterpret(segment.memorySize());
        memory.asSlice(0, segment.fileSize()).copyFrom(MemorySegment.ofArray(elf.bytes())
                .asSlice(segment.offset(), segment.fileSize()));
        memory.asSlice(segment.fileSize()).fill((byte) 0);
    }

    private MemorySegment pages(ElfSegment segment) {
        return region.pages(segment.address(), segment.memorySize());
    }

    /// Some objects have code among their data.
    private Access access(ElfSegment segment) {
        boolean executable = (segment.flags() & EXECUTABLE) != 0 || addresses.values().stream().anyMatch(address ->
                address - segment.address() >= 0 && address - segment.address() < segment.memorySize());
        boolean writes = (segment.flags() & WRITABLE) != 0;
        return executable ? writes ? Access.READ_WRITE_EXECUTE : Access.READ_EXECUTE
                : writes ? Access.READ_WRITE : Access.READ;
    }
}
