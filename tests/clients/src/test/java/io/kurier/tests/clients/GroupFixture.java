package io.kurier.tests.clients;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.StringSerializer;

/// One topic, one group that reads it, numbered records, and what the group's members have seen.
final class GroupFixture implements AutoCloseable {
    private static final int MOST_ATTEMPTS = 10;

    static final int PARTITIONS = 6;

    private final Admin admin;
    private final KafkaProducer<String, String> producer;
    private final String bootstrap;
    private final String name;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final List<Member> members = new ArrayList<>();
    private int written;

    /// Creates the topic `name`; the group has the same name.
    GroupFixture(String bootstrap, String name) throws InterruptedException, ExecutionException {
        this.bootstrap = bootstrap;
        this.name = name;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap), new StringSerializer(), new StringSerializer());
        admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                .all()
                .get();
    }

    /// The values that any member has seen.
    Set<String> seen() {
        return seen;
    }

    /// A member with the current Java client.
    Member.Local member(Map<String, String> settings) {
        Member.Local member = Member.local(bootstrap, name, settings, seen);
        members.add(member);
        return member;
    }

    /// A member behind a driver, with what its command line has after the group.
    Member child(List<String> driver, List<String> more) throws IOException {
        Member member = Member.child(driver, bootstrap, name, more, seen);
        members.add(member);
        return member;
    }

    /// Writes `count` more records, the same number to each partition, and waits for their acknowledgement.
    void write(int count) {
        for (int i = 0; i < count; i++, written++) {
            producer.send(new ProducerRecord<>(name, written % PARTITIONS, null, Integer.toString(written)));
        }
        producer.flush();
    }

    /// Waits until the members have seen every record written so far.
    void awaitAllSeen() throws Exception {
        Eventually.equal("records not seen", Set.of(), () -> {
            var missing = new HashSet<String>();
            for (int n = 0; n < written; n++) {
                if (!seen.contains(Integer.toString(n))) {
                    missing.add(Integer.toString(n));
                }
            }
            return missing;
        });
    }

    /// Waits until so many members share all partitions, none of them owned twice.
    void awaitShared(int members) throws Exception {
        Eventually.equal(
                "sharing of " + name, "Stable " + members + " members, partitions [0, 1, 2, 3, 4, 5] once", () -> {
                    if (!exists()) {
                        return "no group yet";
                    }
                    ConsumerGroupDescription group = describe();
                    List<Integer> owned = group.members().stream()
                            .flatMap(member -> partitions(member).stream())
                            .toList();
                    Set<Integer> distinct = owned.stream().collect(toCollection(TreeSet::new));
                    return "%s %d members, partitions %s %s"
                            .formatted(
                                    group.groupState(),
                                    group.members().size(),
                                    distinct,
                                    owned.size() == distinct.size() ? "once" : "twice");
                });
    }

    private boolean exists() throws InterruptedException, ExecutionException {
        return admin.listGroups().all().get().stream()
                .anyMatch(group -> group.groupId().equals(name));
    }

    /// Asked again if the group goes over to the other protocol just now: the client asks for one kind, then for the
    /// other.
    ConsumerGroupDescription describe() throws InterruptedException, ExecutionException {
        for (int attempt = 1; ; attempt++) {
            try {
                return admin.describeConsumerGroups(List.of(name))
                        .all()
                        .get()
                        .values()
                        .iterator()
                        .next();
            } catch (ExecutionException e) {
                if (attempt == MOST_ATTEMPTS || !(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw e;
                }
            }
        }
    }

    static Set<Integer> partitions(MemberDescription member) {
        return member.assignment().topicPartitions().stream()
                .map(TopicPartition::partition)
                .collect(toCollection(TreeSet::new));
    }

    Map<TopicPartition, OffsetAndMetadata> committed() throws InterruptedException, ExecutionException {
        return admin.listConsumerGroupOffsets(name)
                .partitionsToOffsetAndMetadata()
                .get();
    }

    /// Records not yet committed, per partition.
    Map<Integer, Long> lag() throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetAndMetadata> committed = committed();
        var latest = committed.keySet().stream().collect(toMap(p -> p, p -> OffsetSpec.latest()));
        var lag = new TreeMap<Integer, Long>();
        admin.listOffsets(latest).all().get().forEach((p, end) -> lag.put(p.partition(), end.offset()));
        committed.forEach((p, offset) -> lag.merge(p.partition(), -offset.offset(), Long::sum));
        return lag;
    }

    /// Ends all members that still run.
    @Override
    public void close() {
        for (Member member : members) {
            member.die();
        }
        producer.close();
        admin.close();
    }
}
