package io.kurier.tests.simulation.invariant;

import io.kurier.cluster.image.PartitionImage;
import java.util.List;

/// One partition on all nodes at one moment.
///
/// @param name as `words-0`
/// @param state the newest that any node has known of it
/// @param committed what was ever committed
/// @param minInSync `min.insync.replicas`
/// @param filesLack true if the files of a node that is down may lack what it had: it lies in the journal, or was in
///     memory only
public record Look(
        String name,
        PartitionImage state,
        List<Replica> replicas,
        CommittedLog committed,
        int minInSync,
        boolean filesLack) {}
