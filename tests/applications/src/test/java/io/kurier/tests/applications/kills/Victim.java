package io.kurier.tests.applications.kills;

/// Who gets `kill -9`.
public enum Victim {
    /// The node that leads a partition of the output.
    BROKER,
    /// The node where the application's transactions are coordinated.
    TRANSACTION_COORDINATOR,
    /// The node where the application's group is coordinated.
    GROUP_COORDINATOR,
    /// The application itself; another one takes its place.
    APPLICATION
}
