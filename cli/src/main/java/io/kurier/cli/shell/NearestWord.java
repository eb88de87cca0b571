package io.kurier.cli.shell;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds what somebody may have meant.
final class NearestWord {
    private NearestWord() {}

    /// The word that is at most a third of its letters away, if there is one.
    static Optional<String> of(String mistyped, Collection<String> words) {
        return words.stream()
                .min(Comparator.comparingInt(word -> distance(mistyped, word)))
                .filter(word -> distance(mistyped, word) <= Math.max(1, word.length() / 3));
    }

    /// How many letters must be changed, added, removed or swapped with their neighbour.
    private static int distance(String a, String b) {
        int[][] costs = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    costs[i][j] = i + j;
                    continue;
                }
                int changed = costs[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                costs[i][j] = Math.min(changed, 1 + Math.min(costs[i - 1][j], costs[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    costs[i][j] = Math.min(costs[i][j], 1 + costs[i - 2][j - 2]);
                }
            }
        }
        return costs[a.length()][b.length()];
    }
}
