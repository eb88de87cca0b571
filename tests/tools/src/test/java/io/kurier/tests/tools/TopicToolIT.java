package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.tools.TopicCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// `kafka-topics`.
@ExtendWith(SharedNode.class)
class TopicToolIT {
    private final NodeProcess node;

    TopicToolIT(NodeProcess node) {
        this.node = node;
    }

    private Printed topics(String... arguments) {
        return node.run(TopicCommand::main, arguments);
    }

    @Test
    void createsAndDescribes() {
        assertThat(topics("--create", "--topic", "orders", "--partitions", "3", "--replication-factor", "1")
                        .ok()
                        .line())
                .isEqualTo("Created topic orders.");
        var lines = topics("--describe", "--topic", "orders").ok().lines();
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst())
                .matches(
                        "Topic: orders\tTopicId: [\\w-]{22}\tPartitionCount: 3\tReplicationFactor: 1\tConfigs: min.insync.replicas=1");
        for (int partition = 0; partition < 3; partition++) {
            assertThat(lines.get(partition + 1))
                    .isEqualTo("Topic: orders\tPartition: " + partition
                            + "\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \tLastKnownElr:");
        }
        String id = lines.getFirst().replaceAll(".*TopicId: ([\\w-]+).*", "$1");
        assertThat(topics("--describe", "--topic-id", id).ok().lines()).hasSize(4);
    }

    @Test
    void createsWithSettingsAndAssignment() {
        topics("--create", "--topic", "placed", "--replica-assignment", "1,1", "--config", "retention.ms=60000")
                .ok();
        assertThat(topics("--describe", "--topics-with-overrides", "--topic", "placed")
                        .ok()
                        .line())
                .endsWith("PartitionCount: 2\tReplicationFactor: 1\tConfigs: min.insync.replicas=1,retention.ms=60000");
        assertThat(topics("--describe", "--topics-with-overrides", "--exclude-internal")
                        .ok()
                        .out())
                .contains("Topic: placed")
                .doesNotContain("__consumer_offsets");
    }

    @Test
    void listsByPattern() {
        node.createTopic("listed-a", 1);
        node.createTopic("listed-b", 1);
        assertThat(topics("--list", "--topic", "listed-.*").ok().lines()).containsExactly("listed-a", "listed-b");
        assertThat(topics("--list", "--exclude-internal").ok().lines()).contains("listed-a", "listed-b");
    }

    @Test
    void warnsOfNamesThatCollideInMetrics() {
        assertThat(topics("--create", "--topic", "with.period").ok().lines().getFirst())
                .startsWith("WARNING: Due to limitations in metric names");
        topics("--create", "--topic", "with_period").failsSaying("Topic 'with_period' collides with existing topic");
    }

    @Test
    void growsAndNeverShrinks() {
        node.createTopic("growing", 1);
        topics("--alter", "--topic", "growing", "--partitions", "4").ok();
        assertThat(topics("--describe", "--topic", "growing").ok().lines()).hasSize(5);
        topics("--alter", "--topic", "growing", "--partitions", "2")
                .failsSaying("The topic growing currently has 4 partition(s); 2 would not be an increase.");
    }

    @Test
    void deletes() {
        node.createTopic("leaving", 2);
        topics("--delete", "--topic", "leaving").ok();
        assertThat(topics("--list", "--topic", "leaving").ok().lines()).isEmpty();
        topics("--delete", "--topic", "leaving").failsSaying("Topic 'leaving' does not exist as expected");
        topics("--delete", "--topic", "leaving", "--if-exists").ok();
        topics("--describe", "--topic", "leaving", "--if-exists").ok();
        topics("--alter", "--topic", "leaving", "--partitions", "3", "--if-exists")
                .ok();
    }

    @Test
    void refusesWhatCannotBe() {
        node.createTopic("there", 1);
        topics("--create", "--topic", "there").failsSaying("Topic 'there' already exists.");
        topics("--create", "--topic", "there", "--if-not-exists").ok();
        topics("--create", "--topic", "not a name").failsSaying("Topic name is invalid");
        topics("--create", "--topic", "two", "--replication-factor", "2")
                .failsSaying("only 1 broker(s) are registered");
        topics("--create", "--topic", "odd", "--config", "no.such.setting=1")
                .failsSaying("Unknown topic config name: no.such.setting");
        topics("--create", "--topic", "odd", "--config", "retention.ms=soon").failsSaying("retention.ms");
        topics("--describe", "--topic", "nowhere").failsSaying("Topic 'nowhere' does not exist as expected");
    }

    @Test
    void findsNothingUnhealthy() {
        node.createTopic("healthy", 2);
        for (String flag :
                new String[] {"--under-replicated-partitions", "--unavailable-partitions", "--under-min-isr-partitions"
                }) {
            assertThat(topics("--describe", flag).ok().lines()).as(flag).isEmpty();
        }
        assertThat(topics("--describe", "--at-min-isr-partitions", "--topic", "healthy")
                        .ok()
                        .lines())
                .hasSize(2);
    }
}
