package dev.trampette.object;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Names that could have been meant.
public final class Near {

    private static final int MOST = 3;

    private Near() {
    }

    /// The nearest names, up to three, the nearest first; none when none is near.
    public static List<String> names(String name, Stream<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return known.distinct()
                .filter(one -> distance(wanted, one.toLowerCase(Locale.ROOT)) <= Math.max(1, name.length() / 3))
                .sorted(Comparator.comparing(one -> distance(wanted, one.toLowerCase(Locale.ROOT))))
                .limit(MOST).toList();
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
