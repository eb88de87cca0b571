package io.kurier.tests.clients.crowd;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the members of one group say together: who reads which partition, and how far each is read and committed. What
/// must not be is kept as a complaint.
final class GroupBook {
    private final Map<Integer, CrowdMember> owners = new HashMap<>();
    /// Two owners, until the older one hears that it was put out.
    private final Map<Claim, String> doubts = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private final Map<Integer, Long> acknowledged = new HashMap<>();
    private final Map<Integer, Long> beginsAt = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();
    private final Map<Integer, Long> looked = new HashMap<>();
    private int handovers;
    private int losses;
    private long records;

    private record Claim(CrowdMember member, int partition) {}

    /// A member may read these from now on.
    synchronized void assigned(CrowdMember member, Collection<Integer> partitions) {
        for (int partition : partitions) {
            CrowdMember before = owners.put(partition, member);
            if (before != null && before != member) {
                doubts.put(
                        new Claim(before, partition),
                        "partition " + partition + " went to " + member.name() + " while " + before.name() + " had it");
            }
            beginsAt.put(partition, acknowledged.getOrDefault(partition, 0L));
            handovers++;
        }
    }

    /// A member does not read these any more: it gave them up, or has ended.
    synchronized void released(CrowdMember member, Collection<Integer> partitions) {
        partitions.forEach(partition -> owners.remove(partition, member));
    }

    /// A member hears that it was put out: for these another one may have come before it heard of it.
    synchronized void lost(CrowdMember member, Collection<Integer> partitions) {
        for (int partition : partitions) {
            owners.remove(partition, member);
            doubts.remove(new Claim(member, partition));
        }
        losses++;
        if (!member.stoodStill()) {
            complaints.add(member.name() + " was put out of the group, and had not stood still");
        }
    }

    /// A member reads a record.
    synchronized void read(int partition, long offset) {
        records++;
        Long begin = beginsAt.remove(partition);
        if (begin != null && offset < begin) {
            complaints.add("partition " + partition + " is read from " + offset + " when " + begin + " was committed");
        }
        if (offset > read.getOrDefault(partition, 0L)) {
            complaints.add("partition " + partition + " goes on at " + offset + ", skipped what lies behind "
                    + read.getOrDefault(partition, 0L));
        }
        read.merge(partition, offset + 1, Math::max);
    }

    /// The node has said that this is committed.
    synchronized void acknowledged(int partition, long offset) {
        acknowledged.merge(partition, offset, Math::max);
    }

    /// All that was acknowledged so far.
    synchronized Map<Integer, Long> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /// What an administrator is told to be committed.
    ///
    /// @param atLeast what was acknowledged before it asked
    synchronized void looked(Map<Integer, Long> committed, Map<Integer, Long> atLeast) {
        atLeast.forEach((partition, least) -> {
            if (committed.getOrDefault(partition, -1L) < least) {
                complaints.add("partition " + partition + " is committed up to " + committed.get(partition) + " when "
                        + least + " was acknowledged");
            }
        });
        committed.forEach((partition, offset) -> {
            Long before = looked.put(partition, offset);
            if (before != null && offset < before) {
                complaints.add("partition " + partition + " is committed up to " + offset + ", it was up to " + before);
            }
        });
    }

    /// How many records were read.
    synchronized long records() {
        return records;
    }

    /// Something that must not be.
    synchronized void complain(String what) {
        complaints.add(what);
    }

    /// How many partitions each member has.
    synchronized Map<CrowdMember, Integer> shares() {
        Map<CrowdMember, Integer> shares = new HashMap<>();
        owners.values().forEach(owner -> shares.merge(owner, 1, Integer::sum));
        return shares;
    }

    /// All that must not be, so far.
    synchronized List<String> complaints() {
        List<String> all = new ArrayList<>(complaints);
        all.addAll(doubts.values());
        return all;
    }

    @Override
    public synchronized String toString() {
        return String.format(
                "%,d records read, %,d times a partition was handed out, %,d times a member was put out",
                records, handovers, losses);
    }
}
