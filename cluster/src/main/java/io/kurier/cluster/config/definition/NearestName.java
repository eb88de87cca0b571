package io.kurier.cluster.config.definition;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds the name that somebody probably meant.
public final class NearestName {
    private static final int LONGEST_NAME = 120;

    private NearestName() {}

    /// The name of fewest edits from `name` (one letter put in, left out, replaced, or swapped with the next), if they
    /// are at most a third of its length; capitals do not count; of equals the first in alphabetical order.
    public static Optional<String> in(Collection<String> names, String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) return Optional.empty();
        int limit = Math.max(1, name.length() / 3);
        String best = null;
        int bestEdits = limit + 1;
        for (String candidate : names) {
            if (Math.abs(candidate.length() - name.length()) >= bestEdits + 1) continue;
            int edits = edits(candidate.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (edits < bestEdits || (edits == bestEdits && best != null && candidate.compareTo(best) < 0)) {
                best = candidate;
                bestEdits = edits;
            }
        }
        return Optional.ofNullable(best);
    }

    /// The optimal string alignment distance.
    static int edits(String a, String b) {
        int[] twoAbove = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) above[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(above[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) row[j] = Math.min(row[j], twoAbove[j - 2] + 1);
            }
            int[] free = twoAbove;
            twoAbove = above;
            above = row;
            row = free;
        }
        return above[b.length()];
    }
}
