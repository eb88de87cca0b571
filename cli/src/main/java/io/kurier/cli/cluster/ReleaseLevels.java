package io.kurier.cli.cluster;

import io.kurier.cli.shell.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The levels of features in Apache Kafka's releases: facts of its protocol, for people who think in releases.
public final class ReleaseLevels {
    /// The feature whose levels have names.
    public static final String METADATA = "metadata.version";
    /// The newest release with known levels.
    public static final String NEWEST = "4.4";

    /// The names of the levels of `metadata.version`, from the lowest that may be used.
    private static final List<String> NAMES = List.of(
            "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0",
            "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2",
            "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0", "4.4-IV0", "4.4-IV1", "4.4-IV2");

    private static final int LOWEST = 7;

    /// From which level of `metadata.version` on a release begins with a level of another feature.
    private record Begins(String feature, int level, int metadata) {}

    private static final List<Begins> FEATURES = List.of(
            new Begins("kraft.version", 1, 21),
            new Begins("transaction.version", 2, 24),
            new Begins("group.version", 1, 22),
            new Begins("eligible.leader.replicas.version", 1, 26),
            new Begins("share.version", 1, 28),
            new Begins("share.version", 2, 31),
            new Begins("streams.version", 1, 29));

    private ReleaseLevels() {}

    /// The name of a level of `metadata.version`, such as `4.1-IV1`; the number where it has none that is known.
    public static String name(int level) {
        int at = level - LOWEST;
        return at < 0 || at >= NAMES.size() ? String.valueOf(level) : NAMES.get(at);
    }

    /// The level of `metadata.version` that `4.1-IV0`, `4.1` (its last level) or a number means.
    ///
    /// @throws UsageException if it is none of these
    public static short level(String text) {
        for (int i = NAMES.size() - 1; i >= 0; i--) {
            if (NAMES.get(i).equals(text) || NAMES.get(i).startsWith(text + "-")) {
                return (short) (i + LOWEST);
            }
        }
        try {
            return Short.parseShort(text);
        } catch (NumberFormatException e) {
            throw new UsageException("Unknown metadata.version '" + text + "'. Supported metadata.version are: "
                    + String.join(", ", NAMES));
        }
    }

    /// The levels of all features in a release.
    ///
    /// @throws UsageException if there is no such release
    public static Map<String, Short> of(String release) {
        short metadata = level(release);
        Map<String, Short> levels = new LinkedHashMap<>();
        levels.put(METADATA, metadata);
        FEATURES.forEach(begins -> {
            levels.putIfAbsent(begins.feature(), (short) 0);
            if (metadata >= begins.metadata()) {
                levels.put(begins.feature(), (short) begins.level());
            }
        });
        return levels;
    }
}
