package io.kurier.coordinator.runtime;

import io.kurier.coordinator.CoordinatorLog;
import io.kurier.kernel.World;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;

/// Runs the shards of one coordinator that this node leads. Safe for use by several threads; never blocks its callers.
///
/// What a caller may rely on: an event runs on a fully loaded machine or is refused; its answer leaves only when all
/// records that it may rest on are committed; every ticket is answered exactly once.
///
/// @param <M> the machine of one shard
public final class CoordinatorRuntime<M extends ShardMachine> implements AutoCloseable {
    private final World world;
    private final String name;
    private final CoordinatorLog log;
    private final Machines<M> machines;
    private final RuntimeLimits limits;
    private final ConcurrentHashMap<Integer, Led<M>> shards = new ConcurrentHashMap<>();

    /// Makes empty machines.
    @FunctionalInterface
    public interface Machines<M> {
        /// A machine for a shard that is led in this epoch.
        M make(int shard, int leaderEpoch);
    }

    private record Led<M extends ShardMachine>(int leaderEpoch, ShardRunner<M> runner) {}

    /// @param name for logs and stack traces
    /// @param machines makes an empty machine for a shard, each time that it is loaded
    public CoordinatorRuntime(
            World world, String name, CoordinatorLog log, Machines<M> machines, RuntimeLimits limits) {
        this.world = world;
        this.name = name;
        this.log = log;
        this.machines = machines;
        this.limits = limits;
    }

    /// This node leads the shard's partition in this epoch: loads it, unless it is loaded for this epoch or a later
    /// one already.
    public void load(int shard, int leaderEpoch) {
        shards.compute(shard, (number, led) -> {
            if (led != null && led.leaderEpoch >= leaderEpoch) {
                return led;
            }
            if (led != null) {
                led.runner.close();
            }
            ShardRunner<M> runner =
                    new ShardRunner<>(world, name, shard, log, () -> machines.make(shard, leaderEpoch), limits);
            runner.start();
            return new Led<>(leaderEpoch, runner);
        });
    }

    /// This node does not lead the shard's partition any more, as of this epoch: all who wait are told NOT_COORDINATOR.
    public void unload(int shard, int leaderEpoch) {
        shards.computeIfPresent(shard, (number, led) -> {
            if (led.leaderEpoch > leaderEpoch) {
                return led;
            }
            led.runner.close();
            return null;
        });
    }

    /// Runs an event on a shard. The future never fails: what concerns the request as a whole is answered through
    /// `refusal` (NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, UNKNOWN_SERVER_ERROR).
    public <A> CompletableFuture<A> submit(int shard, Function<Errors, A> refusal, ShardEvent<M, A> event) {
        Led<M> led = shards.get(shard);
        if (led == null) {
            return CompletableFuture.completedFuture(refusal.apply(Errors.NOT_COORDINATOR));
        }
        return led.runner.submit(refusal, event);
    }

    /// The shards that this node leads, loaded or not.
    public Set<Integer> led() {
        return Set.copyOf(shards.keySet());
    }

    @Override
    public void close() {
        for (Integer shard : shards.keySet()) {
            unload(shard, Integer.MAX_VALUE);
        }
    }
}
