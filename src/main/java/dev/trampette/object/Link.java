package dev.trampette.object;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import dev.trampette.image.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Several objects as one, by `ld`: static, at a fixed address, every section kept.
///
/// @param objects what is linked
record Link(List<ObjectFile> objects) {

    /// What `ld` itself defines when nobody does (its default script).
    private static final Set<String> OF_LD = Set.of("_GLOBAL_OFFSET_TABLE_", "__executable_start", "__ehdr_start",
            "etext", "_etext", "__etext", "edata", "_edata", "end", "_end", "__bss_start");
    private static final List<String> BOUNDS = List.of("__start_", "__stop_");

    private static final List<String> OPTIONS = List.of("-m", "elf_x86_64", "-static", "-nostdlib",
            "--no-dynamic-linker", "--no-relax", "--build-id=none", "-z", "noexecstack", "-z", "norelro",
            "-z", "separate-code", "-z", "max-page-size=4096", "-e", "0");

    /// Pages for headers, for what the linker adds, and for the ends of segments.
    private static final long SPARE = 64 * Pages.PAGE;

    /// What none of them defines, in the order in which they name it.
    Set<String> undefined() {
        Set<String> undefined = new LinkedHashSet<>();
        objects.forEach(object -> undefined.addAll(object.undefined()));
        objects.stream().flatMap(ObjectFile::defined).toList().forEach(undefined::remove);
        undefined.removeAll(OF_LD);
        Set<String> sections = objects.stream().flatMap(object -> object.elf().sections().stream())
                .map(ElfSection::name).collect(Collectors.toSet());
        undefined.removeIf(name -> BOUNDS.stream().anyMatch(bound -> name.startsWith(bound)
                && sections.contains(name.substring(bound.length()))));
        return undefined;
    }

    /// How much memory it takes at most.
    long memory() {
        return objects.stream().mapToLong(ObjectFile::memory).sum() + SPARE;
    }

    /// @param address where it is to begin
    /// @param standIns the addresses of undefined symbols, as a script of the linker's
    /// @throws ObjectException when the linker refuses
    /// @throws MissingToolException when there is none
    Elf at(long address, String standIns, Path directory) {
        try {
            Map<String, String> names = new LinkedHashMap<>();
            List<String> arguments = new ArrayList<>(OPTIONS);
            Path linked = directory.resolve("linked");
            arguments.addAll(List.of("-Ttext-segment=0x" + Long.toHexString(address), "-o", linked.toString()));
            for (ObjectFile object : objects) {
                Path file = Files.write(directory.resolve("object-%d.o".formatted(names.size())),
                        object.elf().bytes());
                names.put(file.toString(), object.name());
                arguments.add(file.toString());
            }
            if (!standIns.isEmpty()) {
                arguments.add(Files.writeString(directory.resolve("stand-ins.ld"), standIns).toString());
            }
            Tool.Outcome outcome = Tool.LD.run(arguments, directory, all(names.values()));
            if (!outcome.success() || !Files.exists(linked)) {
                throw new ObjectException("it cannot be linked, file=" + all(names.values()),
                        outcome.lines().stream().map(line -> named(line, names)).toList());
            }
            return new Elf(all(names.values()), Files.readAllBytes(linked));
        } catch (IOException e) {
            throw Workspace.cannotWrite(e);
        }
    }

    private static String named(String line, Map<String, String> names) {
        String text = line;
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace(name.getKey(), name.getValue());
        }
        return text;
    }

    private static String all(Collection<String> names) {
        return Stream.concat(names.stream().limit(1), names.size() > 1
                ? Stream.of("%d more".formatted(names.size() - 1)) : Stream.of()).collect(Collectors.joining(" and "));
    }
}
