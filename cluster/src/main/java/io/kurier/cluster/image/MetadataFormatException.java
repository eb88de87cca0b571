package io.kurier.cluster.image;

/// The metadata log holds something that cannot be: the node must not go on with it.
public final class MetadataFormatException extends RuntimeException {
    /// `message` says which record, and what is wrong with it.
    public MetadataFormatException(String message) {
        super(message);
    }
}
