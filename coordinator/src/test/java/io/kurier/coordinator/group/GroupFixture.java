package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.MemoryCoordinatorLog;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.records.GroupRecord;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.coordinator.group.share.ShareSettings;
import io.kurier.testkit.SimWorld;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.Errors;

/// A group coordinator in a world that stands still until it is told to go on.
final class GroupFixture implements TopicMetadata {
    static final String GROUP = "g";

    final SimWorld sim;
    final MemoryCoordinatorLog log;
    final GroupCoordinator coordinator;
    final MemoryShareStates states = new MemoryShareStates();
    /// Of partitions that share groups read.
    final Map<Place, Long> ends = new HashMap<>();
    private final Map<String, Uuid> topics = new HashMap<>(Map.of("t", new Uuid(1, 1), "u", new Uuid(1, 2)));

    private final Map<Uuid, Integer> partitions = new HashMap<>();
    private long topicsVersion;
    /// What is set on groups, by the setting's name, whichever group it is: targets are made at once.
    final Map<String, String> groupConfigs = new HashMap<>(Map.of(
            "consumer.assignment.interval.ms", "0",
            "share.assignment.interval.ms", "0",
            "streams.assignment.interval.ms", "0"));
    private final GroupConfigs configs = (groupId, setting) -> Optional.ofNullable(groupConfigs.get(setting));

    GroupFixture(GroupSettings settings) {
        this(SimWorld.inOrder(1), settings, 1);
        coordinator.becomeLeader(0, 1);
        sim.settle();
    }

    GroupFixture(SimWorld sim, GroupSettings settings, int shards) {
        this.sim = sim;
        this.log = new MemoryCoordinatorLog(sim.timers());
        this.coordinator = new GroupCoordinator(
                sim.world(),
                new GroupCoordinator.Outside(
                        log,
                        this,
                        () -> shards,
                        new ShareGroups.Outside(
                                ShareSettings.defaults(), states, places -> CompletableFuture.completedFuture(ends))),
                settings,
                configs);
    }

    /// Nobody waits for late comers: the first member makes a generation at once.
    static GroupFixture impatient() {
        return new GroupFixture(GroupSettings.defaults().withInitialRebalanceDelayMs(0));
    }

    @Override
    public Optional<String> nameOf(Uuid topicId) {
        return topics.entrySet().stream()
                .filter(topic -> topic.getValue().equals(topicId))
                .map(Map.Entry::getKey)
                .findAny();
    }

    @Override
    public Optional<Uuid> idOf(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    @Override
    public int partitionsOf(Uuid topicId) {
        return nameOf(topicId).isPresent() ? partitions.getOrDefault(topicId, 4) : 0;
    }

    @Override
    public Collection<String> names() {
        return topics.keySet();
    }

    @Override
    public long version() {
        return topicsVersion;
    }

    void createTopic(String name, Uuid id) {
        topics.put(name, id);
        topicsVersion++;
    }

    void setPartitions(String name, int count) {
        partitions.put(topics.get(name), count);
        topicsVersion++;
    }

    void deleteTopic(String name) {
        topics.remove(name);
        topicsVersion++;
        coordinator.topicsDeleted(List.of(name));
        sim.settle();
    }

    /// The answer, which must be there without any time passing.
    <A> A now(CompletableFuture<A> answer) {
        sim.settle();
        assertThat(answer).as("answer at once").isCompleted();
        return answer.join();
    }

    void pass(long ms) {
        sim.advance(Duration.ofMillis(ms));
    }

    /// The node loses the partition and gets it back.
    void reload() {
        coordinator.resign(0, Integer.MAX_VALUE);
        coordinator.becomeLeader(0, 1);
        sim.settle();
    }

    TestMember member(String clientId) {
        return new TestMember(this, clientId);
    }

    Caller caller(int version) {
        return new Caller((short) version, "admin", "/127.0.0.1");
    }

    DescribedGroup describe() {
        DescribeGroupsRequestData request = new DescribeGroupsRequestData().setGroups(List.of(GROUP));
        return now(coordinator.describeGroups(caller(6), request)).groups().getFirst();
    }

    String state() {
        return describe().groupState();
    }

    Errors delete(String groupId) {
        return Errors.forCode(
                now(coordinator.deleteGroups(caller(2), new DeleteGroupsRequestData().setGroupsNames(List.of(groupId))))
                        .results()
                        .find(groupId)
                        .errorCode());
    }

    List<GroupRecord> records() {
        return log.records(0).stream().map(GroupRecords::read).toList();
    }
}
