package io.kurier.broker.replica.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.Partition;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.log.PartitionLog;
import io.kurier.log.Slice;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.RecordIterator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What must always hold: what any node took for committed is the same everywhere, every elected leader has it, what
/// was acknowledged is among it, and all members of the ISR have it on their disks.
final class CommittedRecords {
    private final List<Long> values = new ArrayList<>();
    private final Map<Integer, Long> compared = new HashMap<>();
    private final Map<Integer, Long> durable = new HashMap<>();
    private int acknowledged;

    int acknowledged() {
        return acknowledged;
    }

    int size() {
        return values.size();
    }

    /// A node has a new process, whose log is read again.
    void restarted(int node) {
        compared.remove(node);
    }

    /// A producer was told that its record is committed.
    void acknowledged(SimNode by, long offset, long value) {
        look(by);
        assertThat(values.size()).as("committed when it is acknowledged").isGreaterThan((int) offset);
        assertThat(values.get((int) offset))
                .as("the acknowledged record at " + offset)
                .isEqualTo(value);
        acknowledged++;
    }

    /// Holds a node's log against what is known.
    void look(SimNode node) {
        PartitionLog log = node.log();
        if (log == null) {
            return;
        }
        durable.put(node.id, log.durableEndOffset());
        Partition led = node.led();
        long highWatermark = led == null ? log.highWatermark() : led.highWatermark();
        long from = compared.getOrDefault(node.id, 0L);
        long to = Math.min(highWatermark, log.logEndOffset());
        assertThat(log.logEndOffset())
                .as("node %d's log, which was seen committed up to %d", node.id, from)
                .isGreaterThanOrEqualTo(from);
        from = Math.max(from, log.logStartOffset());
        while (from < to) {
            Slice slice = log.read(from, to, 1 << 20, true);
            long next = slice.nextOffset();
            compare(node.id, slice.bytes(), to);
            from = next;
        }
        compared.put(node.id, Math.max(from, to));
    }

    /// A consumer was given these batches.
    void seen(int node, ByteBuffer batches) {
        int known = values.size();
        compare(node, batches, known);
        assertThat(values)
                .as("node %d gave a consumer what is not committed", node)
                .hasSize(known);
        for (int at = batches.position(); at < batches.limit(); at = new BatchView(batches, at).end()) {
            assertThat(new BatchView(batches, at).baseOffset())
                    .as("node %d gave a consumer what is not committed", node)
                    .isLessThan(known);
        }
    }

    private void compare(int node, ByteBuffer batches, long to) {
        for (int at = batches.position(); at < batches.limit(); ) {
            BatchView batch = new BatchView(batches, at);
            try (RecordIterator records = RecordIterator.of(batch)) {
                long value = Objects.requireNonNull(records.next().key()).getLong();
                int offset = (int) batch.baseOffset();
                if (offset == values.size()) {
                    values.add(value);
                } else if (offset < values.size() && offset < to) {
                    assertThat(value)
                            .as("node %d's committed record at offset %d", node, offset)
                            .isEqualTo(values.get(offset));
                }
            }
            at = batch.end();
        }
    }

    /// The leader that the controller has now.
    void lookAtLeader(SimNode node, PartitionImage state) {
        Partition led = node.led();
        PartitionLog log = node.log();
        if (led == null || log == null || led.leaderEpoch() != state.leaderEpoch()) {
            return;
        }
        assertThat(log.logEndOffset())
                .as("node %d leads in epoch %d and has all that is committed", node.id, state.leaderEpoch())
                .isGreaterThanOrEqualTo(values.size());
        for (int member : state.isr()) {
            assertThat(led.highWatermark())
                    .as("what node %d takes for committed is on the disk of member %d", node.id, member)
                    .isLessThanOrEqualTo(durable.getOrDefault(member, 0L));
        }
    }
}
