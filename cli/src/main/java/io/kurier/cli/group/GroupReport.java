package io.kurier.cli.group;

import io.kurier.cli.shell.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/// What `kurier group describe` tells of one group, of whatever type.
///
/// @param assignor empty if that is not known
/// @param lag the sum over all partitions whose lag is known
record GroupReport(Subject subject, String assignor, long lag, Table partitions, Table members) {
    /// Which group.
    ///
    /// @param type in Kafka's words: Classic, Consumer, Share, Streams
    /// @param memberCount how many members it has
    record Subject(
            String group,
            String type,
            String state,
            @Nullable Node coordinator,
            int memberCount) {}

    /// For people.
    ///
    /// @param withMembers the members in place of the partitions
    String text(boolean withMembers) {
        String heading = "Group %s: %s, %d %s%s, lag %d in all, coordinator %s%n"
                .formatted(
                        subject.group,
                        subject.state,
                        subject.memberCount,
                        subject.memberCount == 1 ? "member" : "members",
                        assignor.isEmpty() ? "" : ", assignor " + assignor,
                        lag,
                        subject.coordinator == null ? "unknown" : subject.coordinator.idString());
        return heading + (withMembers ? members.text() : partitions.text());
    }

    /// For scripts.
    Map<String, @Nullable Object> value() {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("group", subject.group);
        value.put("state", subject.state);
        value.put("type", subject.type);
        value.put("assignor", assignor);
        value.put("coordinator", subject.coordinator == null ? null : subject.coordinator.id());
        value.put("lag", lag);
        value.put("partitions", partitions.objects());
        value.put("members", members.objects());
        return value;
    }
}
