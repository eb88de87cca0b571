package io.kurier.cluster.image;

import java.util.List;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.jspecify.annotations.Nullable;

/// Follows the committed metadata log, batch by batch. Records inside a metadata transaction (KIP-868) become visible
/// when it ends, and never if it is aborted. For one thread.
public final class MetadataReplay {
    private ClusterImage image;
    private @Nullable ImageBuilder transaction;

    /// Begins behind an image.
    public MetadataReplay(ClusterImage image) {
        this.image = image;
    }

    /// The newest visible image.
    public ClusterImage image() {
        return image;
    }

    /// True if a transaction has begun and not ended: whoever becomes leader must abort it first.
    public boolean inTransaction() {
        return transaction != null;
    }

    /// Applies one committed batch.
    ///
    /// @param position of the batch's last record
    /// @param kraftVersion the level of `kraft.version` at that position
    /// @throws MetadataFormatException if a record cannot follow from what was before
    public ClusterImage apply(List<MetadataRecord> records, LogPosition position, short kraftVersion) {
        ImageBuilder builder = transaction != null ? transaction : new ImageBuilder(image);
        for (MetadataRecord record : records) {
            builder = step(record, builder);
        }
        if (transaction == null) {
            image = builder.at(position).kraftVersion(kraftVersion).build();
        }
        return image;
    }

    private ImageBuilder step(MetadataRecord record, ImageBuilder builder) {
        MetadataRecordType type = MetadataRecordType.fromId(record.message().apiKey());
        if (type == MetadataRecordType.BEGIN_TRANSACTION_RECORD) {
            require(transaction == null, "a transaction begins inside another one");
            image = builder.build();
            transaction = builder;
        } else if (type == MetadataRecordType.END_TRANSACTION_RECORD) {
            require(transaction != null, "a transaction ends that did not begin");
            transaction = null;
        } else if (type == MetadataRecordType.ABORT_TRANSACTION_RECORD) {
            require(transaction != null, "a transaction is aborted that did not begin");
            transaction = null;
            return new ImageBuilder(image);
        } else {
            builder.replay(record.message(), record.version());
        }
        return builder;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new MetadataFormatException("The metadata log is damaged: " + message);
        }
    }
}
