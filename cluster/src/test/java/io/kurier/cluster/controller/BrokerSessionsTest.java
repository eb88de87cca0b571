package io.kurier.cluster.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.junit.jupiter.api.Test;

/// When a broker counts as lost.
class BrokerSessionsTest {
    private static final Uuid PROCESS = new Uuid(1, 1);

    private final ClusterImage image = image(false);
    private final BrokerSessions sessions = new BrokerSessions(100, 1_000);

    private static ClusterImage image(boolean fenced) {
        ImageBuilder builder = new ImageBuilder(ClusterImage.empty("cluster"));
        for (int id = 1; id <= 2; id++) {
            RegisterBrokerRecord record = new RegisterBrokerRecord()
                    .setBrokerId(id)
                    .setBrokerEpoch(10 + id)
                    .setIncarnationId(PROCESS)
                    .setFenced(fenced);
            builder.replay(record, record.highestSupportedVersion());
        }
        return builder.build();
    }

    private Iterable<Integer> overdue(long nowNs) {
        return sessions.overdue(image, nowNs).stream().map(BrokerImage::id).toList();
    }

    @Test
    void whoIsSilentLongerThanTheTimeoutIsOverdue() {
        sessions.heard(1, 11, 1_090);
        assertThat(overdue(1_100)).as("a whole session from the beginning").isEmpty();
        assertThat(overdue(1_101)).containsExactly(2);
        assertThat(overdue(1_190)).containsExactly(2);
        assertThat(overdue(1_191)).containsExactly(1, 2);
        assertThat(sessions.overdue(image(true), 5_000))
                .as("who is fenced already")
                .isEmpty();
    }

    @Test
    void aHeartbeatOfAnEarlierRegistrationDoesNotCount() {
        sessions.heard(1, 10, 1_150);
        sessions.heard(2, 12, 1_150);
        assertThat(overdue(1_160)).containsExactly(1);
    }

    @Test
    void anElectionAndAStandstillGiveEverybodyAWholeSession() {
        sessions.heard(1, 11, 1_000);
        sessions.forgive(9_000);
        assertThat(overdue(9_100)).isEmpty();
        assertThat(overdue(9_101)).containsExactly(1, 2);
        sessions.heard(1, 11, 9_100);
        sessions.begin(9_110);
        assertThat(sessions.isTaken(image, 1, new Uuid(2, 2), 9_110)).isFalse();
        assertThat(overdue(9_210)).isEmpty();
    }

    @Test
    void anIdIsTakenWhileItsProcessIsHeard() {
        Uuid other = new Uuid(2, 2);
        assertThat(sessions.isTaken(image, 1, other, 1_000)).isFalse();
        sessions.heard(1, 11, 1_000);
        assertThat(sessions.isTaken(image, 1, other, 1_100)).isTrue();
        assertThat(sessions.isTaken(image, 1, PROCESS, 1_100)).isFalse();
        assertThat(sessions.isTaken(image, 1, other, 1_101)).isFalse();
        assertThat(sessions.isTaken(image, 3, other, 1_000)).isFalse();
    }

    @Test
    void whoWasSilentBeforeHasOnlyTheRestOfASession() {
        sessions.begin(5_000);
        sessions.silent(1, 4_940);
        assertThat(overdue(5_040)).isEmpty();
        assertThat(overdue(5_041)).containsExactly(1);
        sessions.heard(1, 11, 5_050);
        assertThat(overdue(5_101)).as("heard after all").containsExactly(2);
        sessions.forgive(6_000);
        assertThat(overdue(6_100)).as("nobody could be heard").isEmpty();
    }

    @Test
    void theIdOfABrokerThatIsGoneIsFreeAtOnce() {
        sessions.heard(1, 11, 1_050);
        assertThat(sessions.isTaken(image, 1, new Uuid(2, 2), 1_060)).isTrue();
        sessions.gone(1);
        assertThat(sessions.isTaken(image, 1, new Uuid(2, 2), 1_060)).isFalse();
    }
}
