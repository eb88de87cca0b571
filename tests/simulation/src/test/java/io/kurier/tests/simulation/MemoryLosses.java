package io.kurier.tests.simulation;

import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.TopicImage;
import java.util.stream.IntStream;

/// Which power losses a topic must survive that counts as stored what is in memory: those of one machine, until it has
/// everything again, while two others have everything and go on. Others than that lose what was acknowledged. To go on,
/// each other node must run, and as the process that the controller knows: a process that ended uncleanly counts as one
/// that has lost its memory as soon as the controller hears of the next, and the controller may hear of it after the
/// power loss only. When so all replicas have ended, the last one leads, with what it has.
final class MemoryLosses {
    private static final int ENOUGH = 2;

    private final SimCluster cluster;
    private final boolean memory;
    /// The node that may lack something; 0 for none.
    private int unpaid;

    /// @param memory false if no power loss loses anything
    MemoryLosses(SimCluster cluster, boolean memory) {
        this.cluster = cluster;
        this.memory = memory;
    }

    /// True if the node may lose its power now.
    boolean mayHit(int id) {
        return !memory || doAllRun() && !isUnpaid() && isEverywhere(id);
    }

    /// True if each node serves: then it is registered, and its metadata says so.
    private boolean doAllRun() {
        return IntStream.rangeClosed(1, cluster.size())
                .mapToObj(cluster::node)
                .allMatch(node -> node.isUp() && !node.isStopping());
    }

    /// The node loses its power.
    void happened(int id) {
        unpaid = memory ? id : 0;
    }

    /// True while a node may lack something: the others must go on.
    boolean isUnpaid() {
        if (unpaid > 0 && cluster.node(unpaid).isUp() && isEverywhere(0)) {
            unpaid = 0;
        }
        return unpaid > 0;
    }

    /// True if enough others are in sync with each partition; with no node named, if all replicas are.
    private boolean isEverywhere(int butFor) {
        ClusterImage image = cluster.newestImage();
        TopicImage topic = image == null ? null : image.topic(ClusterRun.TOPIC);
        return topic != null
                && topic.partitions().stream()
                        .allMatch(state -> butFor == 0
                                ? state.isr().size() == state.replicas().size()
                                : state.isr().stream()
                                                .filter(id -> id != butFor)
                                                .count()
                                        >= ENOUGH);
    }
}
