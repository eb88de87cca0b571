package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Files that are damaged while nobody looks: cut short at any byte, or with any bit flipped.
class DamageAdversaryTest {
    enum Stop {
        KILLED,
        CLEAN
    }

    /// A log with several segments, epochs, producers and a truncation behind it, all of it durable.
    static TormentedLog stopped(Stop stop) throws IOException {
        TormentedLog log = new TormentedLog(11, 11);
        log.open();
        for (int i = 0; i < 14; i++) {
            log.append();
            if (i % 5 == 4) {
                log.startEpoch();
                log.flush();
            }
        }
        log.truncate(log.log().logEndOffset() - 3);
        log.append();
        log.append();
        log.flush();
        log.directory().checkpoint();
        log.append();
        log.flush();
        switch (stop) {
            case KILLED -> log.disk().killProcess();
            case CLEAN -> log.directory().close();
        }
        log.restart();
        return log;
    }

    private static Path lastSegment(TormentedLog log) {
        return log.disk().files(TormentedLog.PARTITION_FOLDER).stream()
                .filter(path -> path.toString().endsWith(".log"))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    /// What was behind the recovery point is cut to whole batches, whatever the byte at which it ends.
    @Test
    void aTailTornAtAnyByte() throws IOException {
        TormentedLog whole = stopped(Stop.KILLED);
        Path segment = lastSegment(whole);
        long size = whole.disk().size(segment);
        whole.open();
        long end = whole.log().logEndOffset();
        long lastBatch = whole.log().read(end - 1, end, 1, true).sizeInBytes();
        for (long cut = size - lastBatch; cut <= size; cut++) {
            TormentedLog log = stopped(Stop.KILLED);
            try (DiskFile file = log.disk().open(segment, Disk.Open.WRITE)) {
                file.truncate(cut);
            }
            log.disk().syncAll();
            log.forgetDurable();
            log.open();
            try {
                log.check();
                assertThat(log.log().logEndOffset() == end).isEqualTo(cut == size);
                assertThat(log.disk().size(segment)).isEqualTo(cut == size ? size : size - lastBatch);
                log.append();
                log.flush();
                log.disk().powerLoss();
                log.reopenAndCheck();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError("cut to " + cut + " of " + size + " bytes", e);
            }
        }
    }

    /// Indexes and snapshots are rebuilt or refused, never believed: records, producers and epochs stay.
    @Test
    void anyBitOfAnIndexOrSnapshot() throws IOException {
        for (Stop stop : Stop.values()) {
            for (Path file : files(stop, "(\\d{20}\\.(index|timeindex|snapshot))")) {
                eachBit(stop, file, log -> {
                    log.open();
                    log.check();
                });
            }
        }
    }

    /// A checkpoint has no checksum, so a digit that became another is believed; but no record is changed by it, and
    /// none is deleted.
    @Test
    void anyBitOfACheckpoint() throws IOException {
        for (Stop stop : Stop.values()) {
            for (Path file :
                    files(stop, "(recovery-point-offset|replication-offset|leader-epoch)-checkpoint|\\.kafka_.*")) {
                eachBit(stop, file, log -> {
                    int before = log.batches();
                    log.open();
                    log.checkRecordsOnly();
                    assertThat(log.readable()).isEqualTo(before);
                });
            }
        }
    }

    /// A folder that seems to be another topic's is set aside whole.
    @Test
    void anyBitOfTheMetadata() throws IOException {
        for (Path file : files(Stop.KILLED, "partition\\.metadata")) {
            eachBit(Stop.KILLED, file, log -> {
                int before = log.batches();
                log.open();
                boolean aside = log.disk().list(TormentedLog.FOLDER).stream()
                        .anyMatch(path -> path.toString().endsWith("-stray"));
                assertThat(aside || log.readable() == before).isTrue();
            });
        }
    }

    /// A damaged record is never served as if it were whole: the log is refused, or ends before it, or its checksum
    /// tells.
    @Test
    void anyBitOfTheRecords() throws IOException {
        for (Stop stop : Stop.values()) {
            for (Path file : files(stop, "\\d{20}\\.log")) {
                List<Long> unprotected = unprotected(stopped(stop).disk().bytes(file));
                eachBit(stop, file, unprotected, log -> {
                    log.forgetDurable();
                    log.open();
                    log.checkRecordsOnly();
                });
            }
        }
    }

    /// Positions that no checksum covers, and no rule tells right from wrong: the lower half of a batch's base offset,
    /// and its leader epoch.
    private static List<Long> unprotected(byte[] segment) {
        List<Long> positions = new ArrayList<>();
        for (int start = 0; start < segment.length; ) {
            for (int at : new int[] {4, 5, 6, 7, 12, 13, 14, 15}) {
                positions.add((long) start + at);
            }
            start = new BatchView(ByteBuffer.wrap(segment), start).end();
        }
        return positions;
    }

    private interface Look {
        void at(TormentedLog log) throws IOException;
    }

    private static List<Path> files(Stop stop, String names) throws IOException {
        List<Path> files = stopped(stop).disk().files(TormentedLog.FOLDER).stream()
                .filter(path -> path.getFileName().toString().matches(names))
                .toList();
        assertThat(files).isNotEmpty();
        return files;
    }

    private static void eachBit(Stop stop, Path file, Look look) throws IOException {
        eachBit(stop, file, List.of(), look);
    }

    /// Looks at the log with one bit of the file flipped; it may be refused with words that name the file.
    private static void eachBit(Stop stop, Path file, List<Long> except, Look look) throws IOException {
        long size = stopped(stop).disk().size(file);
        for (long at = 0; at < size; at += Math.max(1, size / 40)) {
            if (except.contains(at)) {
                continue;
            }
            TormentedLog log = stopped(stop);
            log.disk().flipBit(file, at, (int) (at * 5 % 8));
            try {
                look.at(log);
            } catch (IOException | LogException e) {
                assertThat(e)
                        .as("byte %s of %s", at, file)
                        .hasMessageContaining(file.getFileName().toString());
            } catch (AssertionError e) {
                throw new AssertionError(stop + ": byte " + at + " of the " + size + " of " + file, e);
            }
        }
    }
}
