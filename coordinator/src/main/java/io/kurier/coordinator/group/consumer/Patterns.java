package io.kurier.coordinator.group.consumer;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.runtime.Moment;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The patterns that a group's members subscribed with, and the topics that each matched when it was last looked at.
/// RE2 matches in linear time, whatever somebody sends as a pattern.
final class Patterns {
    /// Of a pattern.
    private static final int MAX_CHARS = 10_000;
    /// All topics are matched at most so often, however often topics change.
    private static final long LEAST_MS = 10_000;

    private final Map<String, Match> matches = new HashMap<>();
    private long nextLookMs = Long.MIN_VALUE;

    /// What a pattern matched.
    ///
    /// @param version of the topics at that time
    record Match(NavigableSet<String> topics, long version, long wallMs) {
        Match {
            topics = Collections.unmodifiableNavigableSet(topics);
        }
    }

    /// Why this is no pattern; nothing if it is one.
    static Optional<String> complaint(String pattern) {
        if (pattern.length() > MAX_CHARS) {
            return Optional.of(
                    "The regular expression has " + pattern.length() + " characters, the most is " + MAX_CHARS + ".");
        }
        try {
            Pattern.compile(pattern);
            return Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of("The regular expression \"" + pattern + "\" is not one in RE2's syntax: "
                    + e.getDescription() + ".");
        }
    }

    /// The topics that a pattern matched; none if it was not looked at.
    NavigableSet<String> topicsOf(@Nullable String pattern) {
        Match match = pattern == null ? null : matches.get(pattern);
        return match == null ? Collections.emptyNavigableSet() : match.topics();
    }

    /// True if all were looked at as the topics are in this version.
    boolean areCurrent(long topicsVersion) {
        return matches.values().stream().allMatch(match -> match.version() == topicsVersion);
    }

    Map<String, Match> all() {
        return Collections.unmodifiableMap(matches);
    }

    /// Takes a stored match over, or back. Versions are this node's own, so the topics are looked at again.
    void restore(String pattern, @Nullable Match match) {
        if (match == null) {
            matches.remove(pattern);
        } else {
            matches.put(pattern, new Match(match.topics(), -1, match.wallMs()));
        }
    }

    /// Looks at the patterns that are new, and at the others when the topics may have changed, and forgets those that
    /// nobody uses. Answers those whose topics changed, with what they match now; null for one that is gone.
    Map<String, @Nullable Match> refresh(Collection<String> used, TopicMetadata topics, Moment now) {
        Map<String, @Nullable Match> changed = new HashMap<>();
        for (String gone : Set.copyOf(matches.keySet())) {
            if (!used.contains(gone)) {
                matches.remove(gone);
                changed.put(gone, null);
            }
        }
        boolean all = now.nowMs() >= nextLookMs;
        for (String pattern : used) {
            Match before = matches.get(pattern);
            if (before == null || all && before.version() != topics.version()) {
                Match match = new Match(matching(pattern, topics), topics.version(), now.wallMs());
                matches.put(pattern, match);
                nextLookMs = now.nowMs() + LEAST_MS;
                if (before == null || !before.topics().equals(match.topics())) {
                    changed.put(pattern, match);
                }
            }
        }
        return changed;
    }

    private static NavigableSet<String> matching(String text, TopicMetadata topics) {
        NavigableSet<String> names = new TreeSet<>();
        if (complaint(text).isPresent()) {
            return names; // stored, by whatever took it
        }
        Pattern pattern = Pattern.compile(text);
        for (String name : topics.names()) {
            if (pattern.matches(name)) {
                names.add(name);
            }
        }
        return names;
    }
}
