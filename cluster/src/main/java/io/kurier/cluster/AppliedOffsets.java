package io.kurier.cluster;

import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/// Lets wait until this node has applied the metadata up to an offset. Safe for use by several threads.
final class AppliedOffsets {
    private record Waiting(long offset, CompletableFuture<Void> reached) {}

    private final ClusterView view;
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>((one, other) -> Long.compare(one.offset, other.offset));

    AppliedOffsets(ClusterView view) {
        this.view = view;
        view.subscribe(change -> reached(change.after().position().offset()));
    }

    /// Completes once the image is that far.
    CompletableFuture<Void> await(long offset) {
        if (view.image().position().offset() >= offset) {
            return CompletableFuture.completedFuture(null);
        }
        Waiting one = new Waiting(offset, new CompletableFuture<>());
        synchronized (this) {
            waiting.add(one);
        }
        reached(view.image().position().offset()); // it may have come in between
        return one.reached;
    }

    private void reached(long offset) {
        while (true) {
            Waiting next;
            synchronized (this) {
                next = waiting.peek();
                if (next == null || next.offset > offset) {
                    return;
                }
                waiting.remove();
            }
            next.reached.complete(null);
        }
    }
}
