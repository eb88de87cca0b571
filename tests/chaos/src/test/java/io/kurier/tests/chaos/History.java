package io.kurier.tests.chaos;

import io.kurier.tests.chaos.Anomaly.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What the clients of one topic were told and have seen, held together: anomalies are found as they happen, and at the
/// end, against the whole log. Each record's value is a [Sent]; a producer's numbers rise by one and it sends each
/// once, so that whatever is there twice was doubled by the cluster.
///
/// A send that failed or was never answered may be in the log or not; both are right.
final class History {
    private static final int MOST_ANOMALIES = 1_000;

    private final Offsets[] acknowledged;
    private final Offsets[] seen;
    /// Acknowledged, but the client does not know where.
    private final List<Set<Long>> acknowledgedSomewhere;
    private final Map<Integer, Long> sent = new HashMap<>();
    private final Map<String, long[]> commits = new HashMap<>();
    /// What the members of each group have read, by partition.
    private final Map<String, BitSet[]> readBy = new TreeMap<>();
    private final List<Anomaly> anomalies = new ArrayList<>();
    private long acknowledgements;
    private long unknown;
    private long begunAgain;
    private long reads;
    private long acknowledgedCommits;

    History(int partitions) {
        acknowledged = new Offsets[partitions];
        seen = new Offsets[partitions];
        acknowledgedSomewhere =
                Stream.<Set<Long>>generate(HashSet::new).limit(partitions).toList();
        for (int i = 0; i < partitions; i++) {
            acknowledged[i] = new Offsets();
            seen[i] = new Offsets();
        }
    }

    // ---- producers

    /// A producer is about to send a record.
    synchronized void sending(Sent record) {
        sent.merge(record.producer(), record.number(), Math::max);
    }

    /// It was acknowledged, at an offset or at [Offsets#NONE]: somewhere.
    synchronized void acknowledged(Sent record, int partition, long offset) {
        acknowledgements++;
        if (offset == Offsets.NONE) {
            acknowledgedSomewhere.get(partition).add(record.value());
            return;
        }
        compare(record, partition, offset);
        acknowledged[partition].set(offset, record.value());
    }

    /// It failed, or nothing was heard.
    synchronized void unknown() {
        unknown++;
    }

    /// A client gave up by a defect of its own, and begins again as another producer.
    synchronized void beganAgain() {
        begunAgain++;
    }

    // ---- consumers

    /// One consumer's view of one partition from an assignment to the next: no gaps, no steps back.
    final class Reading {
        private final String consumer;
        private final int partition;
        private final BitSet readByGroup;
        private long next = Offsets.NONE;

        private Reading(String group, String consumer, int partition) {
            this.consumer = consumer;
            this.partition = partition;
            this.readByGroup = readBy(group)[partition];
        }

        /// The consumer read a record. Offsets have no holes: nothing here is compacted or in a transaction.
        void read(long offset, long value) {
            synchronized (History.this) {
                reads++;
                if (next != Offsets.NONE && offset < next) {
                    found(Kind.NON_MONOTONIC_POLL, consumer + " had read up to " + next + at(partition, offset));
                } else if (next != Offsets.NONE && offset > next) {
                    found(Kind.POLL_SKIP, consumer + " expected " + next + at(partition, offset));
                }
                next = offset + 1;
                readByGroup.set(Math.toIntExact(offset));
                compare(Sent.of(value), partition, offset);
                seen[partition].set(offset, value);
            }
        }
    }

    /// A consumer begins to read a partition, at what its group has committed.
    synchronized Reading reading(String group, String consumer, int partition) {
        return new Reading(group, consumer, partition);
    }

    private BitSet[] readBy(String group) {
        return readBy.computeIfAbsent(
                group, name -> Stream.generate(BitSet::new).limit(seen.length).toArray(BitSet[]::new));
    }

    /// Acknowledged records that some group has not read yet.
    synchronized long unread() {
        long unread = 0;
        for (BitSet[] partitions : readBy.values()) {
            for (int partition = 0; partition < seen.length; partition++) {
                unread += Math.max(0, acknowledged[partition].end() - partitions[partition].cardinality());
            }
        }
        return unread;
    }

    /// A group's commit was acknowledged.
    synchronized void committed(String group, int partition, long offset) {
        acknowledgedCommits++;
        long[] offsets = commits.computeIfAbsent(group, name -> new long[seen.length]);
        offsets[partition] = Math.max(offsets[partition], offset);
    }

    /// What must be committed by now: taken before the group is asked.
    synchronized long promised(String group, int partition) {
        long[] offsets = commits.get(group);
        return offsets == null ? 0 : offsets[partition];
    }

    /// The cluster says what a group has committed.
    synchronized void foundCommitted(String group, int partition, long promised, long offset) {
        if (offset < promised) {
            found(Kind.LOST_COMMIT, group + " had committed " + promised + at(partition, offset));
        }
    }

    // ---- the end

    /// All faults are over, and this is the log: what was acknowledged or read must be in it, once and in order, and
    /// each group must have read it all.
    synchronized void finish(int partition, List<Long> log) {
        Map<Long, Integer> places = new HashMap<>();
        Map<Integer, Long> last = new HashMap<>();
        for (int offset = 0; offset < log.size(); offset++) {
            long value = log.get(offset);
            Sent record = Sent.of(value);
            if (record.number() > sent.getOrDefault(record.producer(), -1L)) { // by now every send is known
                found(Kind.UNKNOWN_RECORD, record + at(partition, offset));
            }
            Integer other = places.putIfAbsent(value, offset);
            if (other != null) {
                found(Kind.DUPLICATE, record + " at " + other + " as well" + at(partition, offset));
                continue;
            }
            Long before = last.put(record.producer(), record.number());
            if (before != null && before > record.number()) {
                found(Kind.REORDERED, record + " after " + before + at(partition, offset));
            }
        }
        readBy.forEach((group, partitions) -> {
            int first = partitions[partition].nextClearBit(0);
            if (first < Math.min(log.size(), acknowledged[partition].end())) {
                found(Kind.UNSEEN, group + " has not read " + Sent.of(log.get(first)) + at(partition, first));
            }
        });
        for (int offset = 0; offset < acknowledged[partition].end(); offset++) {
            checkAcknowledged(partition, offset, log, places);
        }
        acknowledgedSomewhere.get(partition).stream()
                .filter(value -> !places.containsKey(value))
                .forEach(value -> found(Kind.LOST_WRITE, Sent.of(value) + ", of partition " + partition));
        for (int offset = 0; offset < seen[partition].end(); offset++) {
            long value = seen[partition].at(offset);
            if (value != Offsets.NONE && (offset >= log.size() || log.get(offset) != value)) {
                found(Kind.VANISHED, Sent.of(value) + at(partition, offset));
            }
        }
    }

    private void checkAcknowledged(int partition, int offset, List<Long> log, Map<Long, Integer> places) {
        long value = acknowledged[partition].at(offset);
        if (value == Offsets.NONE || offset < log.size() && log.get(offset) == value) {
            return;
        }
        Integer place = places.get(value);
        if (place == null) {
            found(Kind.LOST_WRITE, Sent.of(value) + at(partition, offset));
        } else {
            found(Kind.MOVED_WRITE, Sent.of(value) + " is at " + place + at(partition, offset));
        }
    }

    /// What was found so far, the first thousand.
    synchronized List<Anomaly> anomalies() {
        return List.copyOf(anomalies);
    }

    synchronized long acknowledgements() {
        return acknowledgements;
    }

    /// Everything in one line.
    synchronized String summary() {
        return String.format(
                "%,d records acknowledged (%,d without their offset), %,d sends of unknown fate, %,d producers begun again,"
                        + " %,d records read, %,d commits acknowledged",
                acknowledgements,
                acknowledgedSomewhere.stream().mapToLong(Set::size).sum(),
                unknown,
                begunAgain,
                reads,
                acknowledgedCommits);
    }

    /// All acknowledgements and reads of one offset must be of one record.
    private void compare(Sent record, int partition, long offset) {
        for (Offsets offsets : List.of(acknowledged[partition], seen[partition])) {
            long other = offsets.at(offset);
            if (other != Offsets.NONE && other != record.value()) {
                found(Kind.INCONSISTENT_OFFSET, record + " and " + Sent.of(other) + at(partition, offset));
            }
        }
    }

    private void found(Kind kind, String what) {
        if (anomalies.size() < MOST_ANOMALIES) {
            anomalies.add(new Anomaly(kind, what));
        }
    }

    private static String at(int partition, long offset) {
        return " (partition " + partition + ", offset " + offset + ")";
    }
}
