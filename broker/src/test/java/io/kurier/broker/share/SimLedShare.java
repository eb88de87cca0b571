package io.kurier.broker.share;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.machine.Dying;
import io.kurier.broker.share.machine.StateWrite;
import io.kurier.broker.share.machine.StoredState;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;

/// One node's leadership of a share partition: a real [LedShare] on a partition of the simulation, watched.
final class SimLedShare implements SharedLog {
    final SimJobs jobs;
    final int leaderEpoch;
    /// Of the records' history: another one begins when the group's state does.
    final int era;
    /// What it has handed out.
    final Set<Long> delivered = new HashSet<>();
    /// Another one has handed out records since.
    boolean replaced;
    private final BooleanSupplier leads;
    private final Function<Dying, CompletableFuture<Long>> bury;
    private final LedShare share;

    /// @param leads whether its node believes that it leads still
    SimLedShare(
            SimJobs jobs,
            int leaderEpoch,
            BooleanSupplier leads,
            Function<Dying, CompletableFuture<Long>> bury,
            LedShare.Surroundings around) {
        this.jobs = jobs;
        this.leaderEpoch = leaderEpoch;
        this.era = jobs.era;
        this.leads = leads;
        this.bury = bury;
        this.share = new LedShare(
                jobs.key,
                this,
                new LedShare.Surroundings(around.world(), new Watched(around.state()), around.policy()));
    }

    LedShare share() {
        return share;
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public boolean isOf(Partition now) {
        return true;
    }

    @Override
    public long startOffset() {
        return 0;
    }

    @Override
    public long endOffset() {
        return jobs.end;
    }

    @Override
    public void checkOpen() {
        if (!leads.getAsBoolean()) {
            throw new PartitionException(Errors.NOT_LEADER_OR_FOLLOWER, "led by another node");
        }
    }

    @Override
    public long first(SharePolicy.Start start) {
        return 0;
    }

    @Override
    public CompletableFuture<Long> bury(Dying dying) {
        return bury.apply(dying).thenApply(upTo -> {
            jobs.buried(era, dying.first(), upTo);
            return upTo;
        });
    }

    /// Sees what is read and written.
    private final class Watched implements ShareState {
        private final ShareState state;

        Watched(ShareState state) {
            this.state = state;
        }

        @Override
        public CompletableFuture<StoredState> read(ShareKey key, int leaderEpoch) {
            long least = jobs.storedStart;
            return state.read(key, leaderEpoch).thenApply(stored -> {
                if (era == jobs.era && jobs.isOpen) {
                    jobs.checkRead(stored.startOffset(), least);
                }
                return stored;
            });
        }

        @Override
        public CompletableFuture<Errors> write(ShareKey key, Writer by, StateWrite write) {
            return state.write(key, by, write).thenApply(error -> {
                if (error == Errors.NONE && era == jobs.era && jobs.isOpen) {
                    jobs.storedStart = Math.max(jobs.storedStart, write.startOffset());
                }
                return error;
            });
        }
    }
}
