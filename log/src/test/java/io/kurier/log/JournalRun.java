package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/// Several logs that share a small journal, with crashes, checked against a model after each of them. What ends within
/// a truncation or deletion is [PowerLossAdversaryTest]'s.
final class JournalRun {
    private static final int LIVES = 6;
    private static final long NEVER = 1L << 60;

    private final SplittableRandom random;
    private final LogDirectory.Settings settings;
    private final List<One> all = new ArrayList<>();
    private SimWorld sim;
    private LogDirectory directory;
    private int made;

    /// One partition and what it must hold.
    private static final class One {
        final TopicPartition partition;
        Uuid id = Uuid.ZERO_UUID;
        PartitionLog log;
        TreeMap<Long, String> model = new TreeMap<>();
        long durable;

        @SuppressWarnings("NullAway.Init")
        One(int number) {
            partition = new TopicPartition("many", number);
        }
    }

    @SuppressWarnings("NullAway.Init")
    JournalRun(long seed) {
        random = new SplittableRandom(seed);
        sim = SimWorld.shuffled(seed);
        long[] sizes = {500, 2000, 8000, 1 << 20};
        settings = LogWorld.SETTINGS.withJournalBytes(sizes[random.nextInt(sizes.length)]);
        for (int i = 0; i < 2 + random.nextInt(4); i++) {
            all.add(new One(i));
        }
        all.forEach(one -> one.id = newId());
    }

    private Uuid newId() {
        return new Uuid(7, ++made);
    }

    void run() throws Exception {
        for (int life = 0; life < LIVES; life++) {
            open();
            for (One one : all) {
                check(one);
            }
            boolean alive = live();
            if (alive && random.nextInt(5) == 0) {
                all.forEach(one -> one.durable = one.log.logEndOffset());
                directory.close();
                assertThat(sim.disk().files(LogWorld.DATA))
                        .as("a clean stop leaves no journal")
                        .noneMatch(file -> file.toString().endsWith(".journal"));
            } else if (alive && random.nextBoolean()) {
                sim.disk().powerLoss();
            } else if (alive) {
                sim.disk().killProcess();
            }
        }
    }

    /// A start may be ended at any point and tried again.
    private void open() throws IOException {
        SimDisk disk = sim.disk();
        for (int tries = 0; ; tries++) {
            disk.reboot();
            sim = SimWorld.around(disk, random.nextLong());
            disk.crashAfterWrites(tries < 2 && random.nextInt(3) == 0 ? random.nextInt(1, 40) : NEVER);
            try {
                directory = LogDirectory.open(sim.world(), LogWorld.DATA, settings);
                for (One one : all) {
                    openOne(one);
                }
                disk.crashAfterWrites(NEVER);
                return;
            } catch (IOException | LogException e) {
                if (!disk.isDead()) {
                    throw e;
                }
            }
        }
    }

    private void openOne(One one) throws IOException {
        one.log = directory.open(one.partition, one.id, LogConfig.defaults());
        one.log.recover();
        SimDisk disk = sim.disk();
        PartitionLog log = one.log;
        one.log.onDurable(durable -> {
            if (!disk.isDead() && one.log == log) {
                one.durable = Math.max(one.durable, durable);
            }
        });
    }

    private void check(One one) {
        long end = one.log.logEndOffset();
        assertThat(end).as("end of %s", one.partition).isGreaterThanOrEqualTo(one.durable);
        List<String> expected = List.copyOf(one.model.headMap(end).values());
        assertThat(LogWorld.around(sim, directory, one.log).values(0))
                .as("%s, durable to %s", one.partition, one.durable)
                .isEqualTo(expected);
        assertThat(expected).hasSize((int) end);
        one.model = new TreeMap<>(one.model.headMap(end));
        one.durable = end;
    }

    /// False if the disk died.
    private boolean live() throws Exception {
        SimDisk disk = sim.disk();
        disk.crashAfterWrites(random.nextInt(4) == 0 ? NEVER : random.nextInt(1, 200));
        try {
            for (int deed = random.nextInt(150); deed > 0 && !disk.isDead(); deed--) {
                deed();
            }
        } catch (IOException | LogException e) {
            if (!disk.isDead()) {
                throw e;
            }
        }
        boolean alive = !disk.isDead();
        disk.crashAfterWrites(NEVER);
        return alive;
    }

    private void deed() throws IOException, InvalidBatchException {
        One one = all.get(random.nextInt(all.size()));
        switch (random.nextInt(30)) {
            case 0 -> safely(() -> truncate(one));
            case 1 -> safely(() -> recreate(one));
            case 2 -> one.log.flush();
            case 3 -> directory.checkpoint();
            case 4 -> one.log.rollIfDue(Long.MAX_VALUE / 2);
            case 5, 6, 7, 8, 9, 10 -> sim.settle();
            case 11, 12, 13, 14, 15, 16 -> sim.threads().runOne();
            default -> append(one);
        }
    }

    private void append(One one) throws InvalidBatchException {
        String value = "value " + made++ + (random.nextInt(40) == 0 ? "x".repeat(40_000) : "");
        one.model.put(one.log.logEndOffset(), value);
        one.log.append(TestBatch.of(value).build(), 0, Origin.CLIENT);
    }

    private interface Deed {
        void run() throws IOException;
    }

    /// The power stays on meanwhile.
    private void safely(Deed deed) throws IOException {
        sim.disk().crashAfterWrites(NEVER);
        deed.run();
        sim.disk().crashAfterWrites(random.nextInt(1, 100));
    }

    private void truncate(One one) {
        long to = random.nextLong(one.log.logEndOffset() + 1);
        one.log.truncateTo(to);
        one.model = new TreeMap<>(one.model.headMap(to));
        one.durable = Math.min(one.durable, to);
    }

    private void recreate(One one) throws IOException {
        directory.delete(one.log);
        one.model = new TreeMap<>();
        one.durable = 0;
        one.id = newId();
        openOne(one);
    }

    /// For messages of failures.
    @Override
    public String toString() {
        Map<TopicPartition, Long> durable = new HashMap<>();
        all.forEach(one -> durable.put(one.partition, one.durable));
        return "durable " + durable;
    }
}
