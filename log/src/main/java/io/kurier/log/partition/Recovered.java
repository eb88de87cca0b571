package io.kurier.log.partition;

import io.kurier.log.producer.ProducerTable;
import java.util.concurrent.locks.ReentrantLock;

/// What recovery found a log to be. All of it is on the disk.
///
/// @param changed false if the files are as a clean stop left them
/// @param writerLock the lock that the segments were made with
record Recovered(
        ReentrantLock writerLock,
        SegmentList segments,
        long logStartOffset,
        long endOffset,
        LeaderEpochs epochs,
        ProducerTable producers,
        boolean changed) {}
