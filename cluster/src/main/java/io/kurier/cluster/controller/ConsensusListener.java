package io.kurier.cluster.controller;

import io.kurier.cluster.image.LogPosition;
import io.kurier.cluster.image.MetadataRecord;
import java.util.List;

/// Is told what the consensus engine commits, in the order of the log. All calls come on one serial executor.
public interface ConsensusListener {
    /// One committed batch.
    ///
    /// @param records its metadata records; empty for a batch of the engine's own
    /// @param position of its last record
    /// @param kraftVersion the level of `kraft.version` at that position
    /// @param bytes how large the batch is in the log
    void committed(List<MetadataRecord> records, LogPosition position, short kraftVersion, int bytes);

    /// A snapshot replaces everything before `position`.
    ///
    /// @param batches the snapshot's records, to be read once, during the call
    void restored(Iterable<List<MetadataRecord>> batches, LogPosition position, short kraftVersion);

    /// The records that whoever formatted this node wants to be the first ones, if the log is empty.
    void bootstrap(List<MetadataRecord> records);

    /// This node leads from now on; everything that was committed before has been delivered.
    void elected(int epoch);

    /// This node does not lead any more; what it appended and was not told of may be committed by others, or lost.
    void deposed();

    /// The engine has died, on a disk error or on damage; nothing follows.
    void failed(Throwable cause);
}
