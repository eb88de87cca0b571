package io.kurier.broker.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kurier.cluster.quota.QuotaEntity;
import io.kurier.testkit.ManualClock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientQuotasTest {
    private static final String ANY = "<default>";

    private final ManualClock clock = new ManualClock();
    private final ClientQuotas quotas = new ClientQuotas(clock, QuotaWindows.of(2, 1, 11, 1));
    private final Map<QuotaEntity, Map<String, Double>> limits = new HashMap<>();

    private static QuotaEntity entity(@Nullable String user, @Nullable String client) {
        Map<String, @Nullable String> parts = new HashMap<>();
        if (user != null) {
            parts.put("user", user.equals(ANY) ? null : user);
        }
        if (client != null) {
            parts.put("client-id", client.equals(ANY) ? null : client);
        }
        return new QuotaEntity(parts);
    }

    private void set(QuotaEntity entity, String key, double value) {
        limits.put(entity, Map.of(key, value));
        quotas.update(Map.copyOf(limits));
    }

    private ClientQuota of(String user, String client) {
        return quotas.of(user, client, ClientQuota.NONE);
    }

    /// The wait after so many bytes of Produce, in seconds; one second's worth is saved up.
    private double waitAfter(ClientQuota quota, long bytes) {
        quota.received(ApiKeys.PRODUCE, bytes);
        return quota.throttleNs(ApiKeys.PRODUCE) / 1e9;
    }

    @Test
    void withoutQuotasThereIsOneForAll() {
        assertThat(of("u", "c")).isSameAs(ClientQuota.NONE);
        assertThat(waitAfter(ClientQuota.NONE, Long.MAX_VALUE)).isZero();
        assertThat(ClientQuota.NONE.mostFetchBytes()).isEqualTo(Integer.MAX_VALUE);
        assertThat(ClientQuota.NONE.mayChangePartitions(1_000_000)).isTrue();
    }

    @Test
    void aConnectionAsksOnceForEachClientIdAndChange() {
        set(entity("u", null), "producer_byte_rate", 10);
        ClientQuota first = of("u", "c");
        assertThat(quotas.of("u", "c", first)).isSameAs(first);
        assertThat(quotas.of("u", "d", first)).isNotSameAs(first);
        set(entity("u", null), "producer_byte_rate", 20);
        assertThat(quotas.of("u", "c", first)).isNotSameAs(first);
    }

    /// Kafka's eight levels, the first that is set wins.
    @Test
    void theMostSpecificLevelHolds() {
        Map<QuotaEntity, Double> levels = new LinkedHashMap<>();
        levels.put(entity(null, ANY), 1.0);
        levels.put(entity(null, "c"), 2.0);
        levels.put(entity(ANY, null), 3.0);
        levels.put(entity(ANY, ANY), 4.0);
        levels.put(entity(ANY, "c"), 5.0);
        levels.put(entity("u", null), 6.0);
        levels.put(entity("u", ANY), 7.0);
        levels.put(entity("u", "c"), 8.0);
        levels.forEach((level, rate) -> {
            set(level, "producer_byte_rate", rate);
            assertThat(waitAfter(of("u", "c"), 100)).as("%s", level).isCloseTo(100 / rate - 1, within(1e-6));
        });
    }

    @Test
    void eachLimitHasItsOwnLevel() {
        set(entity("u", "c"), "consumer_byte_rate", 10);
        set(entity(null, ANY), "producer_byte_rate", 100);
        ClientQuota quota = of("u", "c");
        assertThat(waitAfter(quota, 300)).isEqualTo(2);
        assertThat(quota.throttleNs(ApiKeys.FETCH)).isZero();
        quota.answered(ApiKeys.FETCH, 40);
        assertThat(quota.throttleNs(ApiKeys.FETCH))
                .as("not the one who has been answered")
                .isZero();
        assertThat(quota.mayFetch()).as("but the next one").isFalse();
        assertThat(quota.throttleMs(ApiKeys.FETCH)).isEqualTo(3_000);
        assertThat(quota.mostFetchBytes()).isEqualTo(10);
        assertThat(quota.throttleNs(ApiKeys.METADATA)).isZero();
    }

    @Test
    void whoSharesALimit() {
        set(entity("u", null), "producer_byte_rate", 100);
        waitAfter(of("u", "a"), 100);
        assertThat(waitAfter(of("u", "b"), 100)).as("one user's clients share").isEqualTo(1);
        set(entity(ANY, ANY), "producer_byte_rate", 50);
        assertThat(waitAfter(of("v", "a"), 50)).isZero();
        assertThat(waitAfter(of("v", "b"), 50)).as("each client by itself").isZero();
        assertThat(waitAfter(of("w", "a"), 50)).as("each user by itself").isZero();
        assertThat(waitAfter(of("v", "a"), 50)).as("two connections of one").isEqualTo(1);
    }

    @Test
    void aChangeHoldsAtOnce() {
        set(entity(null, "c"), "producer_byte_rate", 1);
        ClientQuota quota = of("u", "c");
        assertThat(waitAfter(quota, 1_000)).isEqualTo(999);
        set(entity(null, "c"), "producer_byte_rate", 1_000);
        quota = quotas.of("u", "c", quota);
        assertThat(quota.throttleNs(ApiKeys.PRODUCE)).isZero();
        quotas.update(Map.of());
        assertThat(quotas.of("u", "c", quota)).isSameAs(ClientQuota.NONE);
    }

    @Test
    void aChangeOfOneLimitForgivesNothingOfAnother() {
        set(entity(null, "c"), "producer_byte_rate", 100);
        waitAfter(of("u", "c"), 1_100);
        set(entity(null, "d"), "producer_byte_rate", 1);
        assertThat(of("u", "c").throttleNs(ApiKeys.PRODUCE)).isEqualTo(10_000_000_000L);
    }

    @Test
    void timeOfThreads() {
        set(entity(null, "c"), "request_percentage", 10);
        ClientQuota quota = of("u", "c");
        long beganNs = quota.beginNs();
        clock.advance(Duration.ofMillis(100));
        quota.worked(beganNs);
        assertThat(quota.throttleNs(ApiKeys.METADATA))
                .as("a tenth of a second is saved up")
                .isZero();
        beganNs = quota.beginNs();
        clock.advance(Duration.ofMillis(20));
        quota.worked(beganNs);
        // 120 ms of a thread are 1.2 s at 10 %; 1 s was saved up when the work began, and 120 ms are over since.
        assertThat(quota.throttleMs(ApiKeys.METADATA)).isBetween(80, 180);
        quota.worked(beganNs - 1_000_000_000_000L);
        assertThat(quota.throttleMs(ApiKeys.METADATA))
                .as("at most one window at once")
                .isEqualTo(1_000);
    }

    @Test
    void changesOfPartitions() {
        set(entity("u", null), "controller_mutation_rate", 2);
        ClientQuota quota = of("u", "c");
        assertThat(quota.mayChangePartitions(22)).isTrue();
        assertThat(quota.mayChangePartitions(4))
                .as("nothing left, nothing owed")
                .isTrue();
        assertThat(quota.throttleMs(ApiKeys.CREATE_TOPICS))
                .as("nothing was refused")
                .isZero();
        assertThat(quota.mayChangePartitions(1)).isFalse();
        assertThat(quota.throttleMs(ApiKeys.CREATE_TOPICS)).isEqualTo(2_000);
        assertThat(quota.throttleMs(ApiKeys.PRODUCE)).isZero();
        clock.advance(Duration.ofSeconds(2));
        assertThat(quota.mayChangePartitions(1)).isTrue();
    }

    @Test
    void connectionsOfAnAddress() {
        InetAddress here = InetAddress.ofLiteral("127.0.0.1");
        InetAddress there = InetAddress.ofLiteral("127.0.0.2");
        limits.put(new QuotaEntity(Map.of("ip", "127.0.0.1")), Map.of("connection_creation_rate", 2.0));
        quotas.update(limits);
        assertThat(quotas.holdConnectionNs(here)).isZero();
        assertThat(quotas.holdConnectionNs(here)).isZero();
        assertThat(quotas.holdConnectionNs(here)).isZero();
        assertThat(quotas.holdConnectionNs(here)).isEqualTo(500_000_000L);
        assertThat(quotas.holdConnectionNs(here))
                .as("who is refused owes nothing")
                .isEqualTo(500_000_000L);
        assertThat(quotas.holdConnectionNs(there)).isZero();
        clock.advance(Duration.ofMillis(500));
        assertThat(quotas.holdConnectionNs(here)).isZero();
    }

    @Test
    void theDefaultOfAddresses() {
        Map<String, @Nullable String> all = new HashMap<>();
        all.put("ip", null);
        limits.put(new QuotaEntity(all), Map.of("connection_creation_rate", 1.0));
        quotas.update(limits);
        InetAddress there = InetAddress.ofLiteral("::1");
        quotas.holdConnectionNs(there);
        quotas.holdConnectionNs(there);
        assertThat(quotas.holdConnectionNs(there)).isEqualTo(1_000_000_000L);
    }

    @Test
    void whoMakesUpClientIdsFillsNoMemory() {
        set(entity(null, ANY), "producer_byte_rate", 1);
        for (int i = 0; i < Buckets.MAX_BUCKETS + 5_000; i++) {
            waitAfter(of("u", "client-" + i), 1_000);
        }
        assertThat(quotas.remembered()).isLessThanOrEqualTo(Buckets.MAX_BUCKETS + 1);
        assertThat(waitAfter(of("u", "one more"), 1))
                .as("those that are too many share one")
                .isGreaterThan(999);
        clock.advance(Duration.ofHours(2));
        assertThat(waitAfter(of("u", "later"), 1)).isZero();
        assertThat(quotas.remembered()).isLessThan(10);
        ClientQuota longName = of("u", "x".repeat(30_000));
        waitAfter(longName, 10);
        assertThat(waitAfter(of("u", "x".repeat(30_000) + "y"), 0)).isEqualTo(9);
    }
}
