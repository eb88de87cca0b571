package io.kurier.cluster.config.definition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    @ParameterizedTest
    @CsvSource({
        "log.retention.hour, log.retention.hours",
        "log.retension.ms, log.retention.ms",
        "num.partition, num.partitions",
        "nod.eid, node.id",
        "advertised.listener, advertised.listeners",
        "auto.create.topic.enable, auto.create.topics.enable",
        "LOG.DIRS, log.dirs",
        "log-dirs, log.dirs",
        "kurier.durabilty, kurier.durability",
        "completely.different.thing.altogether, ''",
        "x, ''",
        "'', ''",
    })
    void findsTheBrokersSettingThatWasMeant(String typed, String meant) {
        assertThat(Settings.BROKER.nearest(typed).orElse("")).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "retention.m, retention.ms",
        "cleanup.polcy, cleanup.policy",
        "log.retention.hous, log.retention.hours",
        "min.insync.replica, min.insync.replicas"
    })
    void findsATopicsSettingByEitherName(String typed, String meant) {
        assertThat(Settings.TOPIC.nearest(typed)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"abc,abc,0", "abc,abd,1", "abc,acb,1", "abc,ab,1", "'',abc,3", "kitten,sitting,3", "ca,abc,3"})
    void countsEdits(String a, String b, int edits) {
        assertThat(NearestName.edits(a, b)).isEqualTo(edits);
        assertThat(NearestName.edits(b, a)).isEqualTo(edits);
    }

    @Test
    void doesNotWorkOnEndlessNames() {
        assertThat(Settings.TOPIC.nearest("retention.ms".repeat(1000))).isEmpty();
    }
}
