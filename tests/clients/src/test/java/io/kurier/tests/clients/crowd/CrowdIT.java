package io.kurier.tests.clients.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A group of which three in ten members come and go all the time, some without a word. Never are there two owners of a
/// partition, never does a committed offset go back, no record is skipped; members of the new protocol that stay are
/// served all the time. In the end everybody has an even share, and all is read and committed.
///
/// Large ones by command: `-Dkurier.members=200 -Dkurier.partitions=500 -Dkurier.flaps=600`. Repeat a run with
/// `-Dkurier.seed=N`.
@Timeout(1_200)
class CrowdIT {
    private static final int MEMBERS = Integer.getInteger("kurier.members", 12);
    private static final int PARTITIONS = Integer.getInteger("kurier.partitions", 30);
    private static final int FLAPS = Integer.getInteger("kurier.flaps", 12);
    private static final int FLAPPING = MEMBERS * 3 / 10;
    private static final int SESSION_MS = 3_000 + 40 * MEMBERS;
    private static final int HEARTBEAT_MS = SESSION_MS / 10;
    /// A member that waits for one that is dead waits for a session.
    private static final int LONGEST_PAUSE_MS = SESSION_MS / 2;
    private static final Duration LIMIT = Duration.ofSeconds(60 + MEMBERS);

    @TempDir
    private static Path folder;

    private static NodeProcess node;

    private final long seed = Long.getLong("kurier.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final GroupBook book = new GroupBook();

    @BeforeAll
    static void start() throws Exception {
        node = NodeProcess.start(
                folder,
                "offsets.topic.num.partitions=1",
                "group.min.session.timeout.ms=1000",
                "group.initial.rebalance.delay.ms=0",
                "group.consumer.session.timeout.ms=" + SESSION_MS,
                "group.consumer.heartbeat.interval.ms=" + HEARTBEAT_MS);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "classic"})
    void threeInTenFlap(String protocol) throws Exception {
        System.out.println("CrowdIT: repeat with -Dkurier.seed=" + seed);
        String group = "crowd-" + protocol;
        List<CrowdMember> members = new ArrayList<>();
        createTopic(group);
        try (var producer = new SteadyProducer(node.bootstrapServers(), group, PARTITIONS);
                var watcher = new CommitWatcher(node.bootstrapServers(), group, book)) {
            for (int i = 0; i < MEMBERS; i++) {
                members.add(member(protocol, group, i));
            }
            awaitEvenShares(members);
            members.forEach(CrowdMember::watch);
            flap(protocol, group, members);
            awaitEvenShares(members);
            Map<Integer, Long> written = producer.stop();
            Await.until(
                    LIMIT,
                    "all to be committed, up to " + written,
                    () -> watcher.committed().equals(written));
            end(members);
        }
        check(protocol, members);
    }

    private static void createTopic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            admin.createTopics(Set.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    private CrowdMember member(String protocol, String group, int number) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                node.bootstrapServers(),
                "group.id",
                group,
                "group.protocol",
                protocol,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "enable.metrics.push",
                false,
                "metric.reporters",
                "",
                "receive.buffer.bytes",
                32_768));
        if (protocol.equals("classic")) {
            settings.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
            settings.put("session.timeout.ms", SESSION_MS);
            settings.put("heartbeat.interval.ms", HEARTBEAT_MS);
        }
        return new CrowdMember("member-" + number, settings, group, SESSION_MS, book);
    }

    /// Ends and starts members that flap, one whenever as many records were read as are written in a moment.
    private void flap(String protocol, String group, List<CrowdMember> members) throws InterruptedException {
        Set<Integer> away = new TreeSet<>();
        for (int i = 0; i < FLAPS; i++) {
            int number = random.nextInt(FLAPPING);
            if (away.remove(number)) {
                members.set(number, member(protocol, group, number));
            } else {
                away.add(number);
                end(members.get(number), random.nextBoolean());
            }
            long enough = book.records() + SteadyProducer.perSecond(PARTITIONS) / 5;
            Await.until(LIMIT, enough + " records to be read", () -> book.records() >= enough);
        }
        for (int number : away) {
            members.set(number, member(protocol, group, number));
        }
    }

    private static void end(CrowdMember member, boolean leaves) throws InterruptedException {
        if (leaves) {
            member.leave();
        } else {
            member.die();
        }
        member.await();
    }

    private static void end(List<CrowdMember> members) throws InterruptedException {
        members.forEach(CrowdMember::leave);
        for (CrowdMember member : members) {
            member.await();
        }
    }

    private void awaitEvenShares(List<CrowdMember> members) {
        try {
            Await.until(LIMIT, "even shares of all who are there", () -> {
                Map<CrowdMember, Integer> shares = book.shares();
                IntSummaryStatistics each = members.stream()
                        .mapToInt(member -> shares.getOrDefault(member, 0))
                        .summaryStatistics();
                return each.getSum() == PARTITIONS && each.getMax() - each.getMin() <= 1;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; " + book + book.complaints() + book.shares(), e);
        }
    }

    private void check(String protocol, List<CrowdMember> members) {
        List<CrowdMember> stayed = members.subList(FLAPPING, MEMBERS);
        long delayMs =
                stayed.stream().mapToLong(CrowdMember::longestDelayMs).max().orElseThrow();
        long pollMs =
                stayed.stream().mapToLong(CrowdMember::longestPollMs).max().orElseThrow();
        System.out.printf(
                "CrowdIT: %s, %d members, %d partitions, %d starts and ends: %s; of those who stayed: longest from"
                        + " producer to reader %d ms, longest poll %d ms%n",
                protocol, MEMBERS, PARTITIONS, FLAPS, book, delayMs, pollMs);
        assertThat(book.complaints()).isEmpty();
        if (protocol.equals("consumer")) {
            assertThat(delayMs)
                    .as("ms from producer to a reader that had the partition already")
                    .isLessThan(LONGEST_PAUSE_MS);
        }
    }
}
