package io.kurier.coordinator.group;

import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.classic.ClassicGroup;
import io.kurier.coordinator.group.classic.GroupEvent;
import io.kurier.coordinator.group.consumer.ConsumerDescriptions;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.Ticket;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.protocol.Errors;

/// What an administrator sees of a shard's groups, and their deletion.
final class GroupAdministration {
    private static final String CLASSIC = "classic";
    private static final String CONSUMER = "consumer";
    private static final String STREAMS = "streams";
    private static final String SHARE = "share";

    private final GroupRegistry groups;
    private final ConsumerDescriptions consumers;

    GroupAdministration(GroupRegistry groups, ConsumerDescriptions consumers) {
        this.groups = groups;
        this.consumers = consumers;
    }

    /// What one shard says to ListGroups.
    record Listing(Errors error, List<ListedGroup> groups) {
        /// What all shards say together.
        static ListGroupsResponseData together(List<Listing> listings) {
            ListGroupsResponseData answer = new ListGroupsResponseData();
            for (Listing listing : listings) {
                answer.groups().addAll(listing.groups());
                if (listing.error() != Errors.NONE && listing.error() != Errors.NOT_COORDINATOR) {
                    answer.setErrorCode(listing.error().code());
                }
            }
            return answer.errorCode() == 0 ? answer : answer.setGroups(List.of());
        }
    }

    /// Groups whose state and type are among those asked for; an empty filter lets all pass (KIP-518, 848).
    void list(ListGroupsRequestData request, Ticket<Listing> ticket, Effects out) {
        Set<String> states = lowerCase(request.statesFilter());
        Set<String> types = lowerCase(request.typesFilter());
        List<ListedGroup> listed = groups.all().stream()
                .filter(group ->
                        states.isEmpty() || states.contains(state(group).toLowerCase(Locale.ROOT)))
                .filter(group -> types.isEmpty() || types.contains(type(group)))
                .map(group -> new ListedGroup()
                        .setGroupId(group.id)
                        .setProtocolType(protocolType(group))
                        .setGroupState(state(group))
                        .setGroupType(type(group)))
                .toList();
        out.answer(ticket, new Listing(Errors.NONE, listed));
    }

    private static String protocolType(Group group) {
        String type = type(group);
        return type.equals(CLASSIC) ? group.classic.protocolType() : type;
    }

    private static String state(Group group) {
        if (group.streams != null) {
            return group.streams.state();
        }
        if (group.share != null) {
            return group.share.state();
        }
        return group.consumer == null ? group.classic.state().shown() : group.consumer.state();
    }

    private static String type(Group group) {
        if (group.streams != null) {
            return STREAMS;
        }
        if (group.share != null) {
            return SHARE;
        }
        return group.consumer == null ? CLASSIC : CONSUMER;
    }

    private static Set<String> lowerCase(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    /// A group that does not exist is Dead; from version 6 on that is an error as well (KIP-1043).
    void describe(String groupId, short version, Ticket<DescribedGroup> ticket, Effects out) {
        Group group = groups.find(groupId);
        if (group != null && type(group).equals(CLASSIC)) {
            out.answer(ticket, group.classic.describe());
        } else if (version < 6) {
            out.answer(ticket, ClassicGroup.describeNone(groupId));
        } else {
            out.answer(
                    ticket,
                    ClassicGroup.describeNone(groupId)
                            .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                            .setErrorMessage(
                                    group == null
                                            ? "Group " + groupId + " not found."
                                            : "Group " + groupId + " is not a classic group."));
        }
    }

    /// ConsumerGroupDescribe of one group (KIP-848).
    void describeConsumer(
            String groupId,
            TopicNames topics,
            Ticket<ConsumerGroupDescribeResponseData.DescribedGroup> ticket,
            Effects out) {
        Group group = groups.find(groupId);
        if (group == null || group.consumer == null) {
            out.answer(
                    ticket,
                    new ConsumerGroupDescribeResponseData.DescribedGroup()
                            .setGroupId(groupId)
                            .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                            .setErrorMessage(
                                    group == null
                                            ? "Group " + groupId + " not found."
                                            : "Group " + groupId + " is not a consumer group."));
        } else {
            out.answer(ticket, consumers.describe(group.consumer, topics));
        }
    }

    void history(String groupId, Ticket<List<GroupEvent>> ticket, Effects out) {
        Group group = groups.find(groupId);
        out.answer(ticket, group == null ? List.of() : group.history.all());
    }

    /// Deletes a group without members, with all its offsets.
    void delete(String groupId, Ticket<Errors> ticket, Moment now, Effects out) {
        Group group = groups.find(groupId);
        if (group == null) {
            out.answer(ticket, Errors.GROUP_ID_NOT_FOUND);
        } else if (!group.isEmpty()) {
            out.answer(ticket, Errors.NON_EMPTY_GROUP);
        } else {
            group.delete(now, out);
            groups.dropIfNothing(group);
            out.answer(ticket, Errors.NONE);
        }
    }

    /// The answer of DeleteGroups for one group.
    static DeletableGroupResult deleted(String groupId, Errors error) {
        return new DeletableGroupResult()
                .setGroupId(groupId)
                .setErrorCode(error.code())
                .setErrorMessage(error == Errors.NONE ? null : error.message());
    }
}
