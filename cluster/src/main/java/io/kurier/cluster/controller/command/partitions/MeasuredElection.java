package io.kurier.cluster.controller.command.partitions;

import org.apache.kafka.common.message.ElectLeadersRequestData;

/// A request for elections together with what the replicas have said of their logs. It never leaves the process.
public final class MeasuredElection extends ElectLeadersRequestData {
    private final ReplicaLogs logs;

    /// The same request, after the brokers were asked.
    public MeasuredElection(ElectLeadersRequestData request, ReplicaLogs logs) {
        setElectionType(request.electionType());
        setTopicPartitions(request.topicPartitions());
        setTimeoutMs(request.timeoutMs());
        this.logs = logs;
    }

    /// What the replicas have said.
    public ReplicaLogs logs() {
        return logs;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
