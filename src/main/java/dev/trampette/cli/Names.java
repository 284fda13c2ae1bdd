package dev.trampette.cli;

import dev.trampette.contract.Contract;
import dev.trampette.object.Near;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/// Names that a user gives: with wildcards, and with errors.
final class Names {

    private Names() {
    }

    /// What has one of these names, in its own order.
    ///
    /// @param names names, or patterns as shells have them
    /// @param what how to call one in a message
    /// @param called the names of a thing
    /// @param otherwise where to look when nothing is near
    /// @throws InputException when a name fits nothing, with what is near
    static <T> List<T> select(Collection<String> names, String what, List<T> all,
            Function<T, Stream<String>> called, String otherwise) {
        List<PathMatcher> globs = names.stream().map(Names::glob).toList();
        int n = 0;
        for (String name : names) {
            PathMatcher glob = globs.get(n++);
            if (all.stream().noneMatch(one -> called.apply(one).anyMatch(it -> glob.matches(Path.of(it))))) {
                throw new InputException("no %s is called %s; %s".formatted(what, name,
                        near(name, all.stream().flatMap(called), otherwise)));
            }
        }
        return all.stream().filter(one -> globs.stream()
                .anyMatch(glob -> called.apply(one).anyMatch(it -> glob.matches(Path.of(it))))).toList();
    }

    /// The one shipped wrapper that a name means.
    ///
    /// @param all those that can be meant
    /// @param rule how many there may be, for the message
    /// @throws InputException when it fits none, or several
    static Contract wrapper(String name, List<Contract> all, String rule) {
        List<Contract> chosen = select(List.of(name), "wrapper", all, contract -> Stream.of(contract.symbol()),
                "./trampette list wrappers names all");
        if (chosen.size() > 1) {
            throw new InputException("%s; %s means %d".formatted(rule, name, chosen.size()));
        }
        return chosen.getFirst();
    }

    private static PathMatcher glob(String name) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + name);
        } catch (PatternSyntaxException e) {
            throw new InputException("not a pattern (%s), NAME=%s".formatted(e.getDescription(), name));
        }
    }

    /// What could have been meant, or where to look.
    static String near(String name, Stream<String> known, String otherwise) {
        List<String> near = Near.names(name, known);
        return near.isEmpty() ? otherwise : "did you mean " + String.join(", ", near) + "?";
    }
}
