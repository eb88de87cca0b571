package io.kurier.broker.api.configs;

import io.kurier.cluster.config.ConfigSource;
import io.kurier.cluster.config.definition.SettingType;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.protocol.Errors;

/// The question what happened in a group, and its answer, in the words of DescribeConfigs.
final class EventsQuestion {
    private EventsQuestion() {}

    static boolean isOne(DescribeConfigsResource resource) {
        return resource.resourceType() == ConfigResource.Type.GROUP.id()
                && (resource.resourceName().startsWith(GroupEvents.ASKED)
                        || resource.resourceName().startsWith(GroupEvents.ASKED_HERE));
    }

    static CompletableFuture<DescribeConfigsResult> answer(DescribeConfigsResource resource, GroupEvents events) {
        String name = resource.resourceName();
        boolean here = name.startsWith(GroupEvents.ASKED_HERE);
        String groupId = name.substring((here ? GroupEvents.ASKED_HERE : GroupEvents.ASKED).length());
        DescribeConfigsResult result = new DescribeConfigsResult()
                .setResourceType(resource.resourceType())
                .setResourceName(name);
        return events.of(groupId, here).handle((texts, failure) -> {
            if (failure != null)
                return result.setErrorCode(Errors.COORDINATOR_NOT_AVAILABLE.code())
                        .setErrorMessage("The coordinator of group " + groupId + " cannot be asked now");
            for (String text : texts)
                result.configs()
                        .add(new DescribeConfigsResourceResult()
                                .setName(String.format(
                                        "event.%04d", result.configs().size()))
                                .setValue(text)
                                .setConfigSource(ConfigSource.GROUP.id())
                                .setConfigType(SettingType.STRING.id())
                                .setReadOnly(true));
            return result;
        });
    }
}
