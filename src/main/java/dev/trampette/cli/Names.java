package dev.trampette.cli;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/// Names that a user gives: with wildcards, and with errors.
final class Names {

    private static final int SUGGESTIONS = 3;

    private Names() {
    }

    /// What has one of these names, in its own order.
    ///
    /// @param names names, or patterns as shells have them
    /// @param what how to call one in a message
    /// @param called the names of a thing
    /// @throws InputException when a name fits nothing, with what is near
    static <T> List<T> select(Collection<String> names, String what, List<T> all,
            Function<T, Stream<String>> called) {
        List<PathMatcher> globs = names.stream().map(Names::glob).toList();
        int n = 0;
        for (String name : names) {
            PathMatcher glob = globs.get(n++);
            if (all.stream().noneMatch(one -> called.apply(one).anyMatch(it -> glob.matches(Path.of(it))))) {
                throw new InputException("no %s is called %s; %s".formatted(what, name,
                        near(name, all.stream().flatMap(called), "./trampette list %ss names all".formatted(what))));
            }
        }
        return all.stream().filter(one -> globs.stream()
                .anyMatch(glob -> called.apply(one).anyMatch(it -> glob.matches(Path.of(it))))).toList();
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
        String wanted = name.toLowerCase(Locale.ROOT);
        List<String> near = known.distinct()
                .filter(one -> distance(wanted, one.toLowerCase(Locale.ROOT)) <= Math.max(1, name.length() / 3))
                .sorted(Comparator.comparing(one -> distance(wanted, one.toLowerCase(Locale.ROOT))))
                .limit(SUGGESTIONS).toList();
        return near.isEmpty() ? otherwise : "did you mean " + String.join(", ", near) + "?";
    }

    /// How many letters must be changed, inserted or deleted (Levenshtein).
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
