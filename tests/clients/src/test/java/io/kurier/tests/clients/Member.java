package io.kurier.tests.clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.jspecify.annotations.Nullable;

/// A running member of a consumer group, of any client, that adds the values it sees to a shared set.
/// The topic that it reads has the group's name.
interface Member {
    /// Leaves the group as a client does that is closed.
    void leave() throws IOException;

    /// Stops without a word to the coordinator.
    void die();

    /// The current Java client on a thread of this JVM.
    static Local local(String bootstrap, String group, Map<String, String> settings, Set<String> seen) {
        return new Local(bootstrap, group, settings, seen);
    }

    /// A driver's `member BOOTSTRAP TOPIC GROUP [MORE]`, which prints `seen PARTITION OFFSET VALUE`.
    static Member child(List<String> driver, String bootstrap, String group, List<String> more, Set<String> seen)
            throws IOException {
        var command = new ArrayList<>(driver);
        command.addAll(List.of("member", bootstrap, group, group));
        command.addAll(more);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread reader = Thread.ofVirtual().start(() -> read(process, seen));
        return new Child(process, reader);
    }

    private static void read(Process process, Set<String> seen) {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines()
                    .map(line -> line.split("\t", -1))
                    .filter(parts -> parts[0].equals("seen"))
                    .forEach(parts -> seen.add(parts[3]));
        } catch (IOException | UncheckedIOException e) {
            if (process.isAlive()) {
                throw new IllegalStateException("cannot read what the member saw", e);
            }
        }
    }

    record Child(Process process, Thread reader) implements Member {
        /// By the end of its input, which the Java driver looks at.
        @Override
        public void leave() throws IOException {
            process.getOutputStream().close();
            process.onExit().join();
            Eventually.ended(reader);
        }

        @Override
        public void die() {
            process.destroyForcibly().onExit().join();
            Eventually.ended(reader);
        }
    }

    /// See [Member#local].
    final class Local implements Member, GroupMember.Listener {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Set<String> seen;
        private final List<List<Integer>> assignments = new CopyOnWriteArrayList<>();
        private final Thread thread;
        private volatile GroupMembershipOperation atEnd = GroupMembershipOperation.DEFAULT;
        private volatile @Nullable RuntimeException failure;

        private Local(String bootstrap, String group, Map<String, String> settings, Set<String> seen) {
            this.seen = seen;
            this.thread = Thread.ofPlatform().daemon().start(() -> {
                var consumer = GroupMember.consumer(bootstrap, group, settings);
                try {
                    GroupMember.poll(consumer, group, this, stop);
                } catch (RuntimeException e) {
                    failure = e;
                } finally {
                    consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)).withGroupMembershipOperation(atEnd));
                }
            });
        }

        /// Every assignment that this member had since it started, in order.
        List<List<Integer>> assignments() {
            return assignments;
        }

        /// What ended the member, if anything did.
        @Nullable
        RuntimeException failure() {
            return failure;
        }

        @Override
        public void leave() {
            stop.set(true);
            Eventually.ended(thread);
        }

        @Override
        public void die() {
            atEnd = GroupMembershipOperation.REMAIN_IN_GROUP;
            leave();
        }

        @Override
        public void assigned(List<Integer> partitions) {
            assignments.add(partitions);
        }

        @Override
        public void seen(int partition, long offset, String value) {
            seen.add(value);
        }
    }
}
