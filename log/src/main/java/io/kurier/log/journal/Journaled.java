package io.kurier.log.journal;

/// A log whose newest batches may lie in the journal only, as far as the disk is concerned.
public interface Journaled {
    /// Makes everything durable in the log's own files; nothing if that is so, or if the log was deleted.
    ///
    /// @throws io.kurier.log.LogException if that failed
    void settle();

    /// The name of the log's folder, in UTF-8.
    byte[] folderName();
}
