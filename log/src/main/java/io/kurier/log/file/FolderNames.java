package io.kurier.log.file;

import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;

/// How partitions' folders are named: `<topic>-<partition>`, and with a suffix when they are to go or were set aside.
public final class FolderNames {
    /// Of a partition that is being deleted.
    public static final String DELETE = "-delete";
    /// Of a partition that belongs to no topic that is known.
    public static final String STRAY = "-stray";

    /// Of the copy of a partition that moves from one directory to another.
    public static final String FUTURE = "-future";

    private static final int MAX_NAME = 255;
    private static final int UNIQUE_CHARS = 32;

    private FolderNames() {}

    /// The folder's name.
    public static String of(TopicPartition partition) {
        return partition.topic() + "-" + partition.partition();
    }

    /// The partition of a folder's name; empty for all other names.
    public static Optional<TopicPartition> parse(String name) {
        int dash = name.lastIndexOf('-');
        if (dash <= 0 || dash == name.length() - 1 || name.length() - dash > 11) {
            return Optional.empty();
        }
        for (int i = dash + 1; i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return Optional.empty();
            }
        }
        try {
            int partition = Integer.parseInt(name, dash + 1, name.length(), 10);
            return Optional.of(new TopicPartition(name.substring(0, dash), partition));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// The partition of a name that ends in `-future`; empty for all other names.
    public static Optional<TopicPartition> parseFuture(String name) {
        int dot = name.length() - FUTURE.length() - UNIQUE_CHARS - 1;
        return name.endsWith(FUTURE) && dot > 0 && name.charAt(dot) == '.'
                ? parse(name.substring(0, dot))
                : Optional.empty();
    }

    /// A new, unique name with a suffix; the topic's name is cut if there is no room for all of it.
    public static String renamed(TopicPartition partition, String suffix, RandomGenerator random) {
        String unique =
                new UUID(random.nextLong(), random.nextLong()).toString().replace("-", "");
        String end = "-" + partition.partition() + "." + unique + suffix;
        String topic = partition.topic();
        return topic.substring(0, Math.min(topic.length(), MAX_NAME - end.length())) + end;
    }
}
