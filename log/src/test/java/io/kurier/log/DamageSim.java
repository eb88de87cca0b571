package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.log.DamageAdversaryTest.Stop;
import io.kurier.protocol.records.BatchView;
import io.kurier.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Several files of a stopped log damaged at once, in any way: segments, indexes, snapshots, checkpoints, metadata.
/// The next start refuses with words or serves, it ends, and no record is served that was never written, unless its
/// checksum says so.
class DamageSim {
    /// From here on the checksum covers a batch.
    private static final int COVERED_FROM = 21;

    @Test
    @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anyDamageToAnyFiles() {
        int[] opened = new int[1];
        int[] runs = new int[1];
        Seeds.each(300, seed -> {
            runs[0]++;
            opened[0] += run(seed) ? 1 : 0;
        });
        System.out.printf("%d damaged logs, %d of them could be opened%n", runs[0], opened[0]);
        assertThat(runs[0] == 1 || opened[0] > 0).as("some can be opened").isTrue();
    }

    /// 3580: a batch copied over another, so that the next offset would have been the one just read.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void damageThatWasServedOnce() throws IOException {
        run(3580);
    }

    /// Whether the damaged log could be opened.
    private static boolean run(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        TormentedLog log = DamageAdversaryTest.stopped(random.nextBoolean() ? Stop.KILLED : Stop.CLEAN);
        List<Path> files = log.disk().files(TormentedLog.FOLDER);
        Set<ByteBuffer> written = new HashSet<>();
        for (Path file : files) {
            if (file.toString().endsWith(".log")) {
                collect(log.disk().bytes(file), written);
            }
        }
        for (int times = random.nextInt(4); times >= 0; times--) {
            damage(log, files.get(random.nextInt(files.size())), random);
        }
        log.disk().syncAll();
        try {
            log.open();
            readAll(log.log(), written);
            return true;
        } catch (IOException | LogException e) {
            assertThat(e).hasMessageMatching("(?s).*\\w{3,} \\w+.*");
            return false;
        }
    }

    private static void collect(byte[] segment, Set<ByteBuffer> written) {
        for (int start = 0; start < segment.length; ) {
            BatchView batch = new BatchView(ByteBuffer.wrap(segment), start);
            written.add(covered(batch));
            start = batch.end();
        }
    }

    private static ByteBuffer covered(BatchView batch) {
        ByteBuffer bytes = batch.bytes();
        return bytes.slice(bytes.position() + COVERED_FROM, bytes.remaining() - COVERED_FROM);
    }

    private static void readAll(PartitionLog log, Set<ByteBuffer> written) {
        long end = log.logEndOffset();
        for (long at = log.logStartOffset(); at < end; ) {
            Slice slice = log.read(at, end, 1, true);
            ByteBuffer bytes = slice.bytes();
            if (!bytes.hasRemaining()) {
                return;
            }
            BatchView batch = new BatchView(bytes, 0);
            assertThat(batch.isWhole()).as("the batch at %s is whole", at).isTrue();
            assertThat(!batch.checksumFits() || written.contains(covered(batch)))
                    .as("the batch at %s is one that was written, or can be seen to be damaged", at)
                    .isTrue();
            assertThat(slice.nextOffset()).as("what follows %s", at).isGreaterThan(at);
            at = slice.nextOffset();
        }
    }

    private static void damage(TormentedLog log, Path path, SplittableRandom random) throws IOException {
        try (DiskFile file = log.disk().open(path, Disk.Open.WRITE)) {
            int size = (int) file.size();
            byte[] bytes = new byte[1 + random.nextInt(random.nextBoolean() ? 8 : 200)];
            int at = random.nextInt(size + 1);
            switch (random.nextInt(6)) {
                case 0 -> file.truncate(at);
                case 1 -> { // appended or overwritten by noise
                    random.nextBytes(bytes);
                    file.write(ByteBuffer.wrap(bytes), at);
                }
                case 2 -> file.write(ByteBuffer.wrap(bytes), at); // zeros, as a file system leaves them
                case 3 -> file.write(number(random), at);
                case 4 -> { // nothing but noise
                    random.nextBytes(bytes);
                    file.truncate(0);
                    file.write(ByteBuffer.wrap(bytes), 0);
                }
                default -> { // a piece of the same file at another place
                    ByteBuffer piece = ByteBuffer.wrap(log.disk().bytes(path));
                    int from = random.nextInt(size + 1);
                    piece.position(from).limit(from + random.nextInt(size - from + 1));
                    file.write(piece, at);
                }
            }
        }
    }

    /// A number at its end, as binary or as text.
    private static ByteBuffer number(SplittableRandom random) {
        long[] ends = {-1, 0, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 1L << 31, random.nextLong()};
        long end = ends[random.nextInt(ends.length)];
        return switch (random.nextInt(3)) {
            case 0 -> ByteBuffer.allocate(8).putLong(0, end);
            case 1 -> ByteBuffer.allocate(4).putInt(0, (int) end);
            default -> ByteBuffer.wrap(("\n" + end + " ").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        };
    }
}
