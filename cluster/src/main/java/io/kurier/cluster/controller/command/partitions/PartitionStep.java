package io.kurier.cluster.controller.command.partitions;

import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.metadata.PartitionChangeRecord;

/// One partition's way from a state to the next: what happened is said, and the rest follows from it, by one set of
/// rules for all commands.
///
/// - Who leaves the ISR while fewer than `min.insync.replicas` stay is eligible (KIP-966): nothing was committed since.
///   With enough in sync nobody is. A replica that stopped uncleanly is neither in sync nor eligible. When nobody is
///   left, the last one is remembered.
/// - The leader stays as long as it is in sync and there. Else the first replica that is in sync and there leads, else
///   one that is eligible, else the last known one, else, only where the topic allows it, any that is there. The last
///   two may lack what was committed, and say so by the recovery state (KIP-704).
/// - A reassignment ends when those that it adds are in sync, and enough stay without those that it removes (KIP-455).
public final class PartitionStep {
    private static final int RESERVED_DIRECTORIES = 100;
    private static final byte RECOVERING = 1;
    private static final byte RECOVERED = 0;

    private final TopicImage topic;
    private final int number;
    private final PartitionImage before;
    private final Situation situation;
    private final Set<Integer> lost = new HashSet<>();

    private List<Integer> replicas;
    private List<Integer> isr;
    private List<Integer> elr;
    private List<Integer> lastKnown;
    private List<Integer> adding;
    private List<Integer> removing;
    private int leader;
    private boolean recovering;
    private int chosen = PartitionImage.NO_LEADER;
    private boolean newEpoch;

    /// @param situation in which what is said of brokers has happened already
    public PartitionStep(TopicImage topic, int number, Situation situation) {
        this.topic = topic;
        this.number = number;
        this.before = topic.partitions().get(number);
        this.situation = situation;
        this.replicas = before.replicas();
        this.isr = before.isr();
        this.elr = before.elr();
        this.lastKnown = before.lastKnownElr();
        this.adding = before.adding();
        this.removing = before.removing();
        this.leader = before.leader();
        this.recovering = before.recovering();
    }

    // ---- what happened

    /// The leader says who is in sync.
    public PartitionStep inSync(List<Integer> members) {
        isr = List.copyOf(members);
        return this;
    }

    /// The leader says that it has recovered from an unclean election.
    public PartitionStep recovered() {
        recovering = false;
        return this;
    }

    /// A broker is gone, or about to go, and has on its disk what it had acknowledged.
    public PartitionStep without(int broker) {
        isr = minus(isr, broker);
        return this;
    }

    /// A broker's replica may lack what it had acknowledged.
    public PartitionStep lost(int broker) {
        lost.add(broker);
        isr = minus(isr, broker);
        return this;
    }

    /// A reassignment, or its end: other replicas.
    public PartitionStep replicas(List<Integer> all, List<Integer> added, List<Integer> removed) {
        replicas = List.copyOf(all);
        adding = List.copyOf(added);
        removing = List.copyOf(removed);
        isr = isr.stream().filter(all::contains).toList();
        return this;
    }

    /// Another leader, which must be in sync and there.
    public PartitionStep leader(int broker) {
        leader = broker;
        return this;
    }

    /// Somebody wants a leader at the price of committed records: this one, if nobody has everything.
    public PartitionStep anyone(int broker) {
        chosen = broker;
        return this;
    }

    /// The leader is another process, and so begins another epoch.
    public PartitionStep newEpoch() {
        newEpoch = true;
        return this;
    }

    // ---- what follows

    /// The record that says it all; empty if nothing changes.
    public Optional<PartitionChangeRecord> record() {
        settle();
        PartitionChangeRecord change =
                new PartitionChangeRecord().setTopicId(topic.id()).setPartitionId(number);
        boolean changed = false;
        if (!replicas.equals(before.replicas())) {
            change.setReplicas(replicas);
            changed = true;
        }
        if (!isr.equals(before.isr())) {
            change.setIsr(isr);
            changed = true;
        }
        if (!elr.equals(before.elr())) {
            change.setEligibleLeaderReplicas(elr);
            changed = true;
        }
        if (!lastKnown.equals(before.lastKnownElr())) {
            change.setLastKnownElr(lastKnown);
            changed = true;
        }
        if (!adding.equals(before.adding())) {
            change.setAddingReplicas(adding);
            changed = true;
        }
        if (!removing.equals(before.removing())) {
            change.setRemovingReplicas(removing);
            changed = true;
        }
        if (leader != before.leader() || newEpoch) {
            change.setLeader(leader);
            changed = true;
        }
        if (recovering != before.recovering()) {
            change.setLeaderRecoveryState(recovering ? RECOVERING : RECOVERED);
            changed = true;
        }
        return changed ? Optional.of(change) : Optional.empty();
    }

    /// The same where a record is wanted even if nothing changes: a new partition epoch rules out what was asked
    /// before.
    public PartitionChangeRecord recordAnyway() {
        return record().orElseGet(() -> new PartitionChangeRecord()
                .setTopicId(topic.id())
                .setPartitionId(number)
                .setIsr(isr));
    }

    /// Who leads afterwards; asked for after the record.
    public int newLeader() {
        return leader;
    }

    /// All that may lead, if some of what was committed may be lost, in the order of the assignment.
    public List<Integer> candidates() {
        return replicas.stream().filter(this::mayLead).toList();
    }

    private void settle() {
        int least = Math.min(MinInSync.of(topic.name(), situation), target().size());
        completeReassignment(least);
        rememberEligible(least);
        elect();
        if (situation.image().keepsEligible() && isr.size() >= least) {
            elr = List.of();
        }
    }

    private List<Integer> target() {
        return replicas.stream().filter(id -> !removing.contains(id)).toList();
    }

    private void completeReassignment(int least) {
        if (adding.isEmpty() && removing.isEmpty()) {
            return;
        }
        List<Integer> target = target();
        List<Integer> stay = isr.stream().filter(target::contains).toList();
        if (stay.size() >= least && stay.containsAll(adding) && stay.stream().anyMatch(this::mayLead)) {
            replicas = target;
            isr = stay;
            adding = List.of();
            removing = List.of();
        }
    }

    private void rememberEligible(int least) {
        if (!situation.image().keepsEligible()) {
            elr = elr.stream().filter(replicas::contains).toList();
            if (isr.isEmpty()) { // the last ones are who has everything, as before there were eligible replicas
                isr = before.isr().stream().filter(replicas::contains).toList();
            }
            return;
        }
        if (isr.size() >= least) {
            elr = List.of();
            lastKnown = List.of();
            return;
        }
        elr = replicas.stream()
                .filter(id -> !isr.contains(id) && !lost.contains(id))
                .filter(id -> before.isr().contains(id) || before.elr().contains(id))
                .toList();
        if (!isr.isEmpty() || !elr.isEmpty()) {
            lastKnown = List.of();
        } else if (lastKnown.isEmpty()) {
            lastKnown = Stream.concat(
                            Stream.of(before.leader()), Stream.concat(before.isr().stream(), before.elr().stream()))
                    .filter(replicas::contains)
                    .limit(1)
                    .toList();
        }
    }

    private void elect() {
        if (isr.contains(leader) && (leader == before.leader() ? isThere(leader) : mayLead(leader))) {
            return;
        }
        leader = first(isr, this::mayLead);
        if (leader == PartitionImage.NO_LEADER) {
            leadFromOutside(first(elr, this::mayLead), false);
        }
        if (leader == PartitionImage.NO_LEADER && isr.isEmpty() && elr.isEmpty()) {
            leadFromOutside(first(lastKnown, this::mayLead), replicas.size() > 1);
        }
        if (leader == PartitionImage.NO_LEADER && chosen != PartitionImage.NO_LEADER && mayLead(chosen)) {
            leadFromOutside(chosen, true);
        }
        if (leader == PartitionImage.NO_LEADER && isUncleanAllowed()) {
            leadFromOutside(first(replicas, this::mayLead), true);
        }
    }

    /// Lets a replica lead that is not in sync: it is the only one then.
    private void leadFromOutside(int broker, boolean unclean) {
        if (broker == PartitionImage.NO_LEADER) {
            return;
        }
        leader = broker;
        isr = List.of(broker);
        elr = unclean ? List.of() : minus(elr, broker);
        lastKnown = List.of();
        recovering = recovering || unclean;
    }

    private int first(List<Integer> candidates, IntPredicate may) {
        return replicas.stream()
                .filter(id -> candidates.contains(id) && may.test(id))
                .findFirst()
                .orElse(PartitionImage.NO_LEADER);
    }

    private boolean isUncleanAllowed() {
        String own = situation.image().configs(Type.TOPIC, topic.name()).get(UncleanElections.ALLOWED);
        String ofAll = situation.image().configs(Type.BROKER, "").get(UncleanElections.ALLOWED);
        String said = own != null
                ? own
                : ofAll != null ? ofAll : situation.rules().defaultValue(Type.TOPIC, UncleanElections.ALLOWED);
        return Boolean.parseBoolean(said);
    }

    private boolean isThere(int id) {
        BrokerImage broker = situation.image().broker(id);
        return newEpoch || broker != null && !broker.fenced() && hasDisk(broker);
    }

    private boolean mayLead(int id) {
        BrokerImage broker = situation.image().broker(id);
        return broker != null && broker.isActive() && hasDisk(broker);
    }

    /// False if the data directory of a broker's replica is not there any more. What has one replica is led all the
    /// same: its broker says what is wrong.
    private boolean hasDisk(BrokerImage broker) {
        return before.replicas().size() == 1 || isOnline(before.directory(broker.id()), broker);
    }

    /// True if a directory is one of the broker's, or not known.
    static boolean isOnline(Uuid directory, BrokerImage broker) {
        boolean reserved = directory.getMostSignificantBits() == 0
                && directory.getLeastSignificantBits() >= 0
                && directory.getLeastSignificantBits() < RESERVED_DIRECTORIES;
        return reserved || broker.logDirs().contains(directory);
    }

    private static List<Integer> minus(List<Integer> ids, int id) {
        if (!ids.contains(id)) {
            return ids;
        }
        List<Integer> rest = new ArrayList<>(ids);
        rest.remove(Integer.valueOf(id));
        return List.copyOf(rest);
    }
}
