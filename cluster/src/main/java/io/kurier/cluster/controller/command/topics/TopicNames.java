package io.kurier.cluster.controller.command.topics;

import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.image.ClusterImage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Which names a topic may have.
public final class TopicNames {
    /// A partition's folder is named after its topic, and names of files end at 255 bytes.
    static final int MAX_LENGTH = 249;

    /// The log of the metadata itself; it is no topic.
    static final String METADATA_LOG = "__cluster_metadata";

    /// Internal topics in which a key's hash, divided by the number of partitions, says where its state is.
    private static final Set<String> BY_HASH =
            Set.of("__consumer_offsets", "__transaction_state", "__share_group_state");

    /// Of those; Kafka's default is 50. Each is a state machine of its own, and who lists groups asks them all.
    private static final int MOST_PARTITIONS_BY_HASH = 1_000;

    private TopicNames() {}

    /// Checks a name by itself.
    public static void check(String name) throws Refusal {
        if (name.isEmpty()) {
            throw invalid("Topic name is invalid: the empty string is not allowed");
        }
        if (name.equals(".") || name.equals("..")) {
            throw invalid("Topic name is invalid: '.' or '..' is not allowed");
        }
        if (name.length() > MAX_LENGTH) {
            throw invalid("Topic name is invalid: the length of '" + name.substring(0, 40)
                    + "...' is longer than the max allowed" + " length " + MAX_LENGTH);
        }
        if (!name.chars().allMatch(TopicNames::isAllowed)) {
            throw invalid("Topic name is invalid: '" + name
                    + "' contains one or more characters other than ASCII alphanumerics," + " '.', '_' and '-'");
        }
        if (name.equals(METADATA_LOG)) {
            throw new Refusal(Errors.INVALID_REQUEST, "Creation of internal topic " + METADATA_LOG + " is prohibited.");
        }
    }

    /// Refuses an internal topic with too many partitions.
    static void checkPartitions(String name, int partitions) throws Refusal {
        if (BY_HASH.contains(name) && partitions > MOST_PARTITIONS_BY_HASH) {
            throw new Refusal(
                    Errors.INVALID_PARTITIONS,
                    "The internal topic " + name + " may have " + MOST_PARTITIONS_BY_HASH + " partitions at most, not "
                            + partitions + ".");
        }
    }

    /// Refuses more partitions for a topic whose contents could not be found any more with them.
    static void checkGrowth(String name) throws Refusal {
        if (BY_HASH.contains(name)) {
            throw new Refusal(
                    Errors.INVALID_PARTITIONS,
                    "The internal topic " + name + " cannot get more partitions: what it keeps is found by the number"
                            + " of partitions that it was created with, and would be lost.");
        }
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    private static Refusal invalid(String message) {
        return new Refusal(Errors.INVALID_TOPIC_EXCEPTION, message);
    }

    /// Finds names that differ from existing ones by `.` against `_` alone: metrics could not tell them apart.
    static final class Collisions {
        private final Map<String, String> byFolded = new HashMap<>();

        Collisions(ClusterImage image, Iterable<String> wanted) {
            boolean any = false;
            for (String name : wanted) {
                any |= isAmbiguous(name);
            }
            if (any) {
                image.topicsByName().keySet().forEach(this::add);
            }
        }

        private static boolean isAmbiguous(String name) {
            return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
        }

        private static String fold(String name) {
            return name.replace('.', '_');
        }

        /// Remembers a name that is taken from now on.
        void add(String name) {
            if (isAmbiguous(name)) {
                byFolded.put(fold(name), name);
            }
        }

        /// Refuses a name that collides with another one.
        void check(String name) throws Refusal {
            String other = other(name);
            if (other != null && !other.equals(name)) {
                throw invalid("Topic '" + name + "' collides with existing topic: " + other);
            }
        }

        private @Nullable String other(String name) {
            return isAmbiguous(name) ? byFolded.get(fold(name)) : null;
        }
    }
}
