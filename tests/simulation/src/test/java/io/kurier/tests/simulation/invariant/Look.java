package io.kurier.tests.simulation.invariant;

import io.kurier.cluster.image.PartitionImage;
import java.util.List;

/// One partition on all nodes at one moment.
///
/// @param name as `words-0`
/// @param state the newest that any node has known of it
/// @param committed what was ever committed
/// @param minInSync `min.insync.replicas`
/// @param journal true if the nodes have a journal: then the files of a node that is down lack what lies there
public record Look(
        String name,
        PartitionImage state,
        List<Replica> replicas,
        CommittedLog committed,
        int minInSync,
        boolean journal) {}
