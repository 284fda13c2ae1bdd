package dev.trampette.call;

import dev.trampette.image.Image;
import dev.trampette.image.Pages;
import dev.trampette.object.CodeSymbol;
import dev.trampette.object.ElfSection;
import dev.trampette.object.ForeignObject;
import dev.trampette.object.ObjectException;
import dev.trampette.object.StandIn;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.FixUp;
import dev.trampette.shim.TrapSite;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Puts traps in the places of the instructions of a loaded object, in memory: the file stays as it is.
public final class ObjectTraps {

    private static final int NO_BITS = 8;

    /// `src/main/asm/runtime/error.asm`.
    private static final Set<String> HANDLERS = Set.of("vmread_error", "vmwrite_error", "vmclear_error",
            "vmptrld_error", "invept_error", "invvpid_error", "spurious_fault");

    private ObjectTraps() {
    }

    /// Once for an object, before anything of it runs.
    ///
    /// @return how its instructions are reached
    /// @throws ObjectException when its code cannot be changed
    public static Bridge install(ForeignObject object) {
        List<Long> entries = object.symbols().stream().map(symbol ->
                object.code(symbol.name()).entry().address()).toList();
        List<TrapSite> all = new ArrayList<>();
        for (ElfSection section : object.elf().sections()) {
            if (section.isExecutable() && section.size() > 0 && section.type() != NO_BITS) {
                long address = section.address() + object.bias();
                List<TrapSite> sites = TrapSites.find(object.elf().bytes(section), address, entries);
                if (!sites.isEmpty()) {
                    replace(sites, address, section.size());
                    all.addAll(sites);
                }
            }
        }
        List<FixUp> fixUps = object.exceptionTable();
        Map<String, Long> labels = object.symbols().stream().collect(Collectors.toMap(CodeSymbol::name,
                symbol -> object.code(symbol.name()).entry().address()));
        return new Bridge.Trap(all, fixUps, labels, data(object));
    }

    private static List<MemorySegment> data(ForeignObject object) {
        return object.elf().sections().stream()
                .filter(section -> section.isAllocated() && !section.isExecutable() && section.size() > 0)
                .map(section -> MemorySegment.ofAddress(section.address() + object.bias())
                        .reinterpret(section.size()))
                .filter(data -> Pages.isMapped(data.address(), 1)).toList();
    }

    /// Let the error handlers of an image answer for those that an object calls and does not define: a script hears of
    /// them then.
    public static void attachHandlers(ForeignObject object, Image image) {
        object.standIns().stream().filter(StandIn::isOpen).map(StandIn::name).filter(HANDLERS::contains)
                .forEach(name -> object.attach(name, image.address(name)));
    }

    private static void replace(List<TrapSite> sites, long address, long size) {
        MemorySegment pages = Pages.around(address, size);
        if (!Pages.protect(pages, Pages.Access.READ_WRITE)) {
            throw ObjectException.unchangeable(address);
        }
        TrapSites.replace(sites, MemorySegment.ofAddress(address).reinterpret(size), address);
        if (!Pages.protect(pages, Pages.Access.READ_EXECUTE)) {
            throw ObjectException.unchangeable(address);
        }
    }
}
