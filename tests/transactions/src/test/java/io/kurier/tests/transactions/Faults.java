package io.kurier.tests.transactions;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.ApiKeys;

/// What happens to a request on its way, drawn from a seed: only what can happen to clients that connect again and send
/// again over TCP.
///
/// Two requests are spared what no node could tell from the truth, whoever wrote it. A late EndTxn of a client of
/// version 1 has the epoch of the transaction that goes on, so it would end that one; a late InitProducerId that names
/// no producer is one that begins a new life, so the one that lives would be fenced.
final class Faults {
    private static final int PERCENT = 8;
    private static final int LONG_DELAYS_PERCENT = 5;
    private static final short FIRST_END_WITH_ITS_OWN_EPOCH = 5;

    private final Random random;
    private final Map<ApiKeys, Map<Fault, Integer>> done = new TreeMap<>();

    /// What may happen.
    enum Fault {
        /// It arrives as it was sent.
        NONE,
        /// It arrives later, and all behind it on its connection as well.
        DELAYED,
        /// It is served, but the connection breaks before the answer comes.
        ANSWER_LOST,
        /// The connection breaks; it arrives nevertheless, when the client is elsewhere already.
        LATE,
        /// It arrives, and some time later once more.
        TWICE,
        /// It arrives twice, and the second answer counts.
        TWICE_AT_ONCE
    }

    /// @param delayMs how late it, or its copy, arrives
    record Decision(Fault fault, long delayMs) {}

    Faults(long seed) {
        random = new Random(seed);
    }

    /// What happens to the next request.
    ///
    /// @param key as in its header
    synchronized Decision next(short key, short version, long longDelayMs) {
        if (!ApiKeys.hasId(key) || random.nextInt(100) >= PERCENT) {
            return new Decision(Fault.NONE, 0);
        }
        ApiKeys api = ApiKeys.forId(key);
        Fault[] possible = possible(api, version);
        Fault fault = possible[random.nextInt(possible.length)];
        if (fault != Fault.NONE) {
            done.computeIfAbsent(api, _ -> new EnumMap<>(Fault.class)).merge(fault, 1, Integer::sum);
        }
        boolean isLong = random.nextInt(100) < LONG_DELAYS_PERCENT && !mayNotBeLate(api, version);
        return new Decision(fault, isLong ? longDelayMs : 1 + random.nextInt(150));
    }

    /// A delay that is longer than the client waits makes a request late.
    private static boolean mayNotBeLate(ApiKeys api, short version) {
        return api == ApiKeys.INIT_PRODUCER_ID || api == ApiKeys.END_TXN && version < FIRST_END_WITH_ITS_OWN_EPOCH;
    }

    private static Fault[] possible(ApiKeys api, short version) {
        return switch (api) {
            case PRODUCE, ADD_PARTITIONS_TO_TXN ->
                new Fault[] {Fault.DELAYED, Fault.ANSWER_LOST, Fault.LATE, Fault.TWICE, Fault.TWICE_AT_ONCE};
            case END_TXN ->
                version >= FIRST_END_WITH_ITS_OWN_EPOCH
                        ? possible(ApiKeys.PRODUCE, version)
                        : new Fault[] {Fault.DELAYED, Fault.ANSWER_LOST, Fault.TWICE_AT_ONCE};
            case INIT_PRODUCER_ID -> new Fault[] {Fault.DELAYED, Fault.ANSWER_LOST};
            default -> new Fault[] {Fault.NONE};
        };
    }

    /// How often each was done, by request.
    @Override
    public synchronized String toString() {
        return done.toString();
    }
}
