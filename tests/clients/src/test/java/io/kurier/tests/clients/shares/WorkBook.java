package io.kurier.tests.clients.shares;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// What share consumers have done together.
final class WorkBook {
    private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();
    private final Set<Integer> perhapsAccepted = ConcurrentHashMap.newKeySet();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicInteger givenUp = new AtomicInteger();

    /// The node has said that this counts.
    Set<Integer> accepted() {
        return accepted;
    }

    /// The node has not answered.
    Set<Integer> perhapsAccepted() {
        return perhapsAccepted;
    }

    /// What must not be.
    Queue<String> surprises() {
        return surprises;
    }

    /// How often a consumer was closed with records that it had said nothing about.
    int givenUp() {
        return givenUp.get();
    }

    void giveUp() {
        givenUp.incrementAndGet();
    }
}
