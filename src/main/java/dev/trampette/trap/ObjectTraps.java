package dev.trampette.trap;

import dev.trampette.call.ObjectException;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.image.Pages;
import dev.trampette.object.CodeSymbol;
import dev.trampette.object.ElfSection;
import dev.trampette.object.ForeignObject;
import dev.trampette.object.StandIn;
import dev.trampette.probe.ExternalReply;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.FixUp;
import dev.trampette.shim.RandomSite;
import dev.trampette.shim.TrapSite;
import dev.trampette.spec.Convention;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Puts traps in the places of the instructions of a loaded object, in memory: the file stays as it is.
public final class ObjectTraps {

    private static final int NO_BITS = 8;
    /// `-mpreferred-stack-boundary=3`: kernels use no vectors on the stack.
    private static final int KERNEL_STACK = 8;

    private static final String LINUX_SPURIOUS_FAULT = "kvm_spurious_fault";
    /// `src/main/asm/runtime/error.asm`.
    private static final Set<String> HANDLERS = Set.of("vmread_error", "vmwrite_error", "vmclear_error",
            "vmptrld_error", "invept_error", "invvpid_error", "spurious_fault", LINUX_SPURIOUS_FAULT);

    private ObjectTraps() {
    }

    /// Once for an object, before anything of it runs.
    ///
    /// @return how its instructions are reached
    /// @throws ObjectException when its code cannot be changed
    public static Bridge install(ForeignObject object) {
        Sites all = change(object, (sites, code, address) -> {
            TrapSites.replace(sites.ours, code, address);
            TrapSites.replaceRandom(sites.random, code, address);
        });
        List<FixUp> fixUps = object.exceptionTable();
        Map<String, Long> labels = object.symbols().stream().collect(Collectors.toMap(CodeSymbol::name,
                symbol -> object.code(symbol.name()).entry().address()));
        return new Bridge.Trap(all.ours, all.random, fixUps, labels, data(object));
    }

    /// Put a success that does nothing into the place of each instruction: see [Successes]. RDRAND and RDSEED stay, for
    /// a process can execute them.
    ///
    /// @throws ObjectException when its code cannot be changed
    public static void succeed(ForeignObject object) {
        change(object, (sites, code, address) -> Successes.replace(sites.ours, code, address));
    }

    /// What is found in code.
    private record Sites(List<TrapSite> ours, List<RandomSite> random) {

        boolean isEmpty() {
            return ours.isEmpty() && random.isEmpty();
        }
    }

    /// What replaces instructions in a part of the code.
    private interface Change {

        void replace(Sites sites, MemorySegment code, long address);
    }

    private static Sites change(ForeignObject object, Change change) {
        List<Long> entries = object.symbols().stream().map(symbol ->
                object.code(symbol.name()).entry().address()).toList();
        Sites all = new Sites(new ArrayList<>(), new ArrayList<>());
        for (ElfSection section : object.elf().sections()) {
            if (section.isExecutable() && section.size() > 0 && section.type() != NO_BITS) {
                long address = section.address() + object.bias();
                byte[] code = object.elf().bytes(section);
                Sites here = new Sites(TrapSites.find(code, address, entries),
                        TrapSites.findRandom(code, address, entries));
                if (!here.isEmpty()) {
                    replace(here, address, section.size(), change);
                    all.ours.addAll(here.ours);
                    all.random.addAll(here.random);
                }
            }
        }
        return all;
    }

    private static List<MemorySegment> data(ForeignObject object) {
        return object.elf().sections().stream()
                .filter(section -> section.isAllocated() && !section.isExecutable() && section.size() > 0)
                .map(section -> MemorySegment.ofAddress(section.address() + object.bias())
                        .reinterpret(section.size()))
                .filter(data -> Pages.isMapped(data.address(), 1)).toList();
    }

    /// Let a script answer for the functions that an object calls and does not define: the error handlers of Linux are
    /// those of the image, and all others its externals. Functions of the C library go on in it, unless they are meant.
    ///
    /// @param meant functions that are externals, whatever they are called
    /// @return what is outside; functions that are too many stay as they are
    public static Outside attach(ForeignObject object, Image image, Set<String> meant) {
        List<String> functions = new ArrayList<>();
        Set<String> ends = new HashSet<>();
        Set<String> handlers = new HashSet<>();
        Map<String, MemorySegment> variables = new LinkedHashMap<>();
        for (StandIn standIn : object.standIns()) {
            String name = standIn.name();
            boolean isMeant = meant.contains(name);
            if (standIn.kind() == StandIn.Kind.VARIABLE || standIn.kind() == StandIn.Kind.POINTER) {
                variables.put(name, standIn.place());
            } else if (standIn.isOpen() && HANDLERS.contains(name) && !isMeant) {
                object.attach(name, image.address(name.equals(LINUX_SPURIOUS_FAULT) ? "spurious_fault" : name));
                handlers.add(name);
            } else if ((standIn.isOutside() || standIn.isOpen() && isMeant)
                    && functions.size() < ExternalReply.MOST / 2) {
                object.attach(name, ExternalReply.entry(image, functions.size()));
                functions.add(name);
                if (standIn.kind() == StandIn.Kind.ENDING) {
                    ends.add(name);
                }
            }
        }
        Set<String> pointers = object.standIns().stream().filter(one -> one.kind() == StandIn.Kind.POINTER)
                .map(StandIn::name).collect(Collectors.toSet());
        return new Outside(functions, ends, handlers, variables, pointers, object.isOfKernel() ? KERNEL_STACK
                : Convention.STACK_ALIGNMENT);
    }

    private static void replace(Sites sites, long address, long size, Change change) {
        MemorySegment pages = Pages.around(address, size);
        if (!Pages.protect(pages, Pages.Access.READ_WRITE)) {
            throw ObjectException.unchangeable(address);
        }
        change.replace(sites, MemorySegment.ofAddress(address).reinterpret(size), address);
        if (!Pages.protect(pages, Pages.Access.READ_EXECUTE)) {
            throw ObjectException.unchangeable(address);
        }
    }
}
