package io.kurier.log.producer;

import java.util.List;
import java.util.concurrent.locks.Lock;

/// What others than the writer of a log may ask about its producers. Safe for use by several threads; waits for an
/// append that is on its way.
///
/// @param writer the log's lock
public record SharedProducers(ProducerTable producers, Lock writer) {
    /// All producers, the one that was quiet for longest first.
    public List<ProducerSnapshot> snapshot() {
        writer.lock();
        try {
            return producers.snapshot();
        } finally {
            writer.unlock();
        }
    }

    /// True if this epoch of the producer has a transaction open here.
    public boolean isOpen(long producerId, short epoch) {
        writer.lock();
        try {
            return producers.isOpen(producerId, epoch);
        } finally {
            writer.unlock();
        }
    }

    /// Nothing of the producer is being verified: its transactions have epochs of their own now, and what was left of
    /// an earlier verification must not refuse them.
    public void unguard(long producerId) {
        writer.lock();
        try {
            producers.unguard(producerId);
        } finally {
            writer.unlock();
        }
    }

    /// The producer's transaction is about to be verified, before it begins here: a marker that is appended from now
    /// on makes that void, and the batch that would begin it is refused (KIP-890).
    public void guard(long producerId) {
        writer.lock();
        try {
            producers.guard(producerId);
        } finally {
            writer.unlock();
        }
    }
}
