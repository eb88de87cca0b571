package io.kurier.coordinator.txn;

import io.kurier.coordinator.txn.TxnFixture.Producer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A transactional producer as real ones behave: it makes itself known, puts one value into some partitions, commits or
/// aborts, and asks again when an answer does not come. Several share one transactional id, as an application and its
/// zombies do.
final class SimTxnClient {
    private static final int ANSWER_WITHIN_MS = 2_000;

    /// What became of a value, as its producer was told.
    static final class Value {
        final int number;
        /// Where it surely is.
        final Set<Integer> taken = new HashSet<>();

        @Nullable
        Boolean committed;

        Value(int number) {
            this.number = number;
        }
    }

    private enum Phase {
        OUT,
        TO_INIT,
        WAITING,
        READY,
        TO_ADD,
        TO_APPEND,
        TO_END
    }

    private final TxnSim.World world;
    private final Random random;
    private final String id;
    private final boolean two;
    private final List<Runnable> underWay = new ArrayList<>();

    private Phase phase = Phase.OUT;
    private Phase again = Phase.OUT;
    private Producer me = TxnFixture.NOBODY;
    private @Nullable Value value;
    private List<Integer> partitions = List.of();
    private boolean commits;
    private int life;
    private long dueMs;

    /// @param two ends transactions by version 2 (KIP-890)
    SimTxnClient(TxnSim.World world, Random random, String id, boolean two) {
        this.world = world;
        this.random = random;
        this.id = id;
        this.two = two;
    }

    void start() {
        life++;
        me = TxnFixture.NOBODY;
        value = null;
        go(Phase.TO_INIT, 0);
    }

    void crash() {
        life++;
        phase = Phase.OUT;
    }

    boolean isOut() {
        return phase == Phase.OUT;
    }

    private void go(Phase next, int inMs) {
        phase = next;
        dueMs = world.nowMs() + inMs;
    }

    void tick() {
        if (!underWay.isEmpty() && random.nextInt(8) == 0) {
            underWay.remove(random.nextInt(underWay.size())).run();
        }
        if (phase == Phase.OUT || world.nowMs() < dueMs) {
            return;
        }
        switch (phase) {
            case WAITING -> phase = again; // the answer does not come
            case TO_INIT -> init();
            case READY -> begin();
            case TO_ADD -> add();
            case TO_APPEND -> append();
            case TO_END -> end();
            case OUT -> {}
        }
    }

    /// Loses some requests and some answers, and lets copies of requests come late.
    private <A> void ask(Phase repeat, java.util.function.Supplier<CompletableFuture<A>> request, Consumer<A> then) {
        again = repeat;
        go(Phase.WAITING, ANSWER_WITHIN_MS);
        int thisLife = life;
        if (two && random.nextInt(10) == 0) {
            underWay.add(request::get);
        }
        if (random.nextInt(30) == 0) {
            return;
        }
        boolean lost = random.nextInt(30) == 0;
        CompletableFuture<Void> _ = request.get().thenAccept(answer -> {
            if (thisLife == life && phase == Phase.WAITING && again == repeat && !lost) {
                then.accept(answer);
            }
        });
    }

    private void init() {
        InitProducerIdRequestData request =
                TxnFixture.initRequest(me).setTransactionalId(id).setTransactionTimeoutMs(TxnSim.TIMEOUT_MS);
        ask(Phase.TO_INIT, () -> world.coordinator().initProducerId(TxnFixture.caller(5), request), answer -> {
            switch (Errors.forCode(answer.errorCode())) {
                case NONE -> {
                    me = new Producer(answer.producerId(), answer.producerEpoch());
                    go(Phase.READY, random.nextInt(300));
                }
                case PRODUCER_FENCED, INVALID_PRODUCER_EPOCH -> crash();
                default -> go(Phase.TO_INIT, 100);
            }
        });
    }

    private void begin() {
        value = world.newValue();
        commits = random.nextInt(4) != 0;
        List<Integer> chosen = new ArrayList<>();
        for (int p = 0; p < TxnSim.PARTITIONS; p++) {
            if (random.nextBoolean()) {
                chosen.add(p);
            }
        }
        partitions = chosen.isEmpty() ? List.of(random.nextInt(TxnSim.PARTITIONS)) : chosen;
        go(two ? Phase.TO_APPEND : Phase.TO_ADD, 0);
    }

    private void add() {
        Producer by = me;
        List<Integer> wanted = partitions;
        ask(Phase.TO_ADD, () -> world.add(id, by, false, wanted), error -> {
            switch (error) {
                case NONE -> go(Phase.TO_APPEND, 0);
                case CONCURRENT_TRANSACTIONS,
                        NOT_COORDINATOR,
                        COORDINATOR_NOT_AVAILABLE,
                        COORDINATOR_LOAD_IN_PROGRESS -> go(Phase.TO_ADD, 50);
                default -> crash();
            }
        });
    }

    /// One partition after the other. A value that may be there or not is not put there again: the transaction is
    /// aborted.
    private void append() {
        Value now = value;
        Integer next = partitions.stream()
                .filter(partition -> now != null && !now.taken.contains(partition))
                .findFirst()
                .orElse(null);
        if (now == null || next == null) {
            go(Phase.TO_END, random.nextInt(500));
            return;
        }
        Producer by = me;
        ask(Phase.TO_END, () -> world.append(id, by, two, next, now.number), error -> {
            if (error == Errors.NONE) {
                now.taken.add(next);
                go(Phase.TO_APPEND, random.nextInt(100));
            } else {
                commits = false;
                go(Phase.TO_END, 0);
            }
        });
        if (phase == Phase.WAITING) {
            commits &= now.taken.containsAll(partitions.subList(0, partitions.size() - 1));
        }
    }

    private void end() {
        Value now = value;
        if (now != null && !now.taken.containsAll(partitions)) {
            commits = false;
        }
        boolean commit = commits;
        EndTxnRequestData request = new EndTxnRequestData()
                .setTransactionalId(id)
                .setProducerId(me.id())
                .setProducerEpoch(me.epoch())
                .setCommitted(commit);
        ask(Phase.TO_END, () -> world.coordinator().endTransaction(TxnFixture.caller(two ? 5 : 4), request), answer -> {
            switch (Errors.forCode(answer.errorCode())) {
                case NONE -> {
                    if (now != null) {
                        now.committed = commit;
                    }
                    if (two) {
                        me = new Producer(answer.producerId(), answer.producerEpoch());
                    }
                    go(Phase.READY, random.nextInt(300));
                }
                case CONCURRENT_TRANSACTIONS,
                        NOT_COORDINATOR,
                        COORDINATOR_NOT_AVAILABLE,
                        COORDINATOR_LOAD_IN_PROGRESS -> go(Phase.TO_END, 50);
                default -> crash();
            }
        });
    }
}
