package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.group.streams.StreamsSettings;
import io.kurier.coordinator.group.streams.topology.InternalTopic;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Subtopology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Streams groups while topics come and go, through the coordinator's front door; and where replicas of tasks go.
class StreamsTopicsTest {
    private static final int MISSING_SOURCES = 1;
    private static final int MISSING_INTERNAL = 3;
    private static final int INCORRECT = 2;

    private final StreamsFixture app = StreamsFixture.impatient();

    private static void settle(StreamsThread... threads) {
        for (int round = 0; round < 6; round++) {
            for (StreamsThread thread : threads) {
                assertThat(thread.beat()).isEqualTo(Errors.NONE);
            }
        }
    }

    private void create(String topic, int partitions) {
        app.groups.createTopic(topic, new Uuid(8, topic.hashCode()));
        app.groups.setPartitions(topic, partitions);
    }

    /// Reads all topics `in-...`, keeps state in `in-log`.
    private static Topology byPattern() {
        return new Topology()
                .setSubtopologies(List.of(new Subtopology()
                        .setSubtopologyId("0")
                        .setSourceTopicRegex(List.of("in-.*"))
                        .setStateChangelogTopics(List.of(StreamsFixture.info("in-log", 0)))));
    }

    @Test
    void aPatternMeansTheTopicsThatMatch() {
        app.topology = byPattern();
        StreamsThread a = app.thread("p", "a").join();
        assertThat(a.statuses()).containsExactly(MISSING_SOURCES);
        assertThat(a.last.status().getFirst().statusDetail()).contains("in-.*");

        create("in-a", 2);
        create("in-b", 3);
        create("out-a", 7);
        app.groups.pass(10_000);
        a.beat();
        a.beat();
        assertThat(a.statuses()).isEmpty();
        assertThat(a.told.active()).as("as many as the largest has").containsExactly("0_0", "0_1", "0_2");
        assertThat(app.made).extracting(InternalTopic::name).containsExactly("in-log");

        app.groups.deleteTopic("in-a");
        app.groups.deleteTopic("in-b");
        app.groups.pass(10_000);
        settle(a);
        assertThat(a.statuses()).as("its own changelog is no source").containsExactly(MISSING_SOURCES);
    }

    @Test
    void newTopicsThatMatchAreReadFromTheNextLookOn() {
        app.topology = new Topology()
                .setSubtopologies(
                        List.of(new Subtopology().setSubtopologyId("0").setSourceTopicRegex(List.of("in-.*"))));
        create("in-a", 2);
        StreamsThread a = app.thread("p", "a").join();
        assertThat(a.told.active()).hasSize(2);
        create("in-c", 5);
        settle(a);
        assertThat(a.told.active())
                .as("all topics are looked through every ten seconds at most")
                .hasSize(2);
        app.groups.pass(10_000);
        settle(a);
        assertThat(a.told.active()).hasSize(5);
        app.groups.deleteTopic("in-c");
        app.groups.pass(10_000);
        settle(a);
        assertThat(a.told.active()).hasSize(2);
    }

    @Test
    void aSourceThatIsDeletedStopsTheTasksUntilItIsBack() {
        StreamsThread a = app.thread("p", "a").join();
        StreamsThread b = app.thread("q", "b").join();
        settle(a, b);
        app.groups.deleteTopic("t");
        settle(a, b);
        assertThat(a.statuses()).containsExactly(MISSING_SOURCES);
        assertThat(b.statuses()).containsExactly(MISSING_SOURCES);
        assertThat(a.told.active()).isEmpty();
        assertThat(b.told.active()).isEmpty();
        assertThat(app.describe().groupState()).isEqualTo("NotReady");
        app.groups.reload();
        settle(a, b);
        assertThat(a.statuses()).containsExactly(MISSING_SOURCES);
        create("t", 4);
        settle(a, b);
        assertThat(a.statuses()).isEmpty();
        assertThat(a.told.active()).hasSize(4);
        assertThat(b.told.active()).hasSize(4);
        assertThat(app.describe().groupState()).isEqualTo("Stable");
    }

    @Test
    void anInternalTopicThatIsDeletedIsMadeAgain() {
        StreamsThread a = app.thread("p", "a").join();
        settle(a);
        app.made.clear();
        app.failures.put("counts", "no");
        app.groups.deleteTopic("counts");
        settle(a);
        assertThat(a.statuses()).containsExactly(MISSING_INTERNAL);
        assertThat(a.told.active()).isEmpty();
        app.failures.clear();
        settle(a);
        assertThat(app.made).extracting(InternalTopic::name).containsExactly("counts");
        assertThat(a.statuses()).isEmpty();
        assertThat(a.told.active()).hasSize(8);
    }

    @Test
    void aSourceWithMorePartitionsThanItsChangelogsIsToldOf() {
        StreamsThread a = app.thread("p", "a").join();
        settle(a);
        app.groups.setPartitions("t", 6);
        settle(a);
        assertThat(a.statuses()).containsExactly(INCORRECT);
        assertThat(a.last.status().getFirst().statusDetail()).contains("reset the application");
        assertThat(a.told.active()).isEmpty();
    }

    @Test
    void replicasAreSpreadOverTheTagsOfProcesses() {
        StreamsFixture zones =
                new StreamsFixture(new StreamsSettings(45_000, 5_000, 0, Integer.MAX_VALUE, 0, 1, List.of("zone")));
        List<StreamsThread> threads = IntStream.range(0, 4)
                .mapToObj(i -> {
                    StreamsThread thread = zones.thread("p" + i, "m" + i);
                    thread.tags = Map.of("zone", i < 2 ? "north" : "south", "other", "same");
                    return thread.join();
                })
                .toList();
        settle(threads.toArray(StreamsThread[]::new));
        int standby = 0;
        for (StreamsThread thread : threads) {
            for (String task : thread.told.standby()) {
                standby++;
                StreamsThread owner = threads.stream()
                        .filter(other -> other.told.active().contains(task))
                        .findAny()
                        .orElseThrow();
                assertThat(owner.tags.get("zone")).as(task).isNotEqualTo(thread.tags.get("zone"));
            }
        }
        assertThat(standby).isEqualTo(4);
    }

    @Test
    void aTopologyThatCannotBeStoredIsRefused() {
        app.topology = new Topology()
                .setSubtopologies(List.of(new Subtopology()
                        .setSubtopologyId("0")
                        .setSourceTopics(IntStream.range(0, 9_000)
                                .mapToObj(i -> "a".repeat(200) + i)
                                .toList())));
        StreamsThread a = app.thread("p", "a").join();
        assertThat(Errors.forCode(a.last.errorCode())).isEqualTo(Errors.STREAMS_INVALID_TOPOLOGY);
        assertThat(a.last.errorMessage()).contains("fewer topics");
        app.topology = StreamsFixture.wordCount();
        assertThat(app.thread("p", "a").join().told.active()).hasSize(8);
    }

    @Test
    void aMemberThatCannotBeStoredIsRefused() {
        StreamsThread a = app.thread("p", "a");
        a.tags = IntStream.range(0, 20).boxed().collect(Collectors.toMap(i -> "tag" + i, i -> "x".repeat(9_000)));
        a.join();
        assertThat(Errors.forCode(a.last.errorCode())).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(a.last.errorMessage()).contains("100 tags");
    }
}
