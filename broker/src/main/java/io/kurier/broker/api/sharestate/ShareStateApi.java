package io.kurier.broker.api.sharestate;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.group.ShareOffsets;
import io.kurier.coordinator.share.ShareCoordinator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupStateRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryRequestData;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One API of those by which group coordinators and leaders of partitions keep the state of share groups, and
/// administrators see and change it (KIP-932).
public final class ShareStateApi<Q extends ApiMessage> implements ApiHandler<Q> {
    private final ApiKeys key;
    private final Function<Q, CompletableFuture<? extends ApiMessage>> answer;

    private ShareStateApi(ApiKeys key, Function<Q, CompletableFuture<? extends ApiMessage>> answer) {
        this.key = key;
        this.answer = answer;
    }

    /// Those of coordinators and leaders.
    ///
    /// @param states does the work; it never blocks
    public static List<ApiHandler<?>> all(ShareCoordinator states) {
        return List.of(
                new ShareStateApi<InitializeShareGroupStateRequestData>(
                        ApiKeys.INITIALIZE_SHARE_GROUP_STATE, states::initialise),
                new ShareStateApi<ReadShareGroupStateRequestData>(ApiKeys.READ_SHARE_GROUP_STATE, states::read),
                new ShareStateApi<WriteShareGroupStateRequestData>(ApiKeys.WRITE_SHARE_GROUP_STATE, states::write),
                new ShareStateApi<DeleteShareGroupStateRequestData>(ApiKeys.DELETE_SHARE_GROUP_STATE, states::delete),
                new ShareStateApi<ReadShareGroupStateSummaryRequestData>(
                        ApiKeys.READ_SHARE_GROUP_STATE_SUMMARY, states::summarise));
    }

    /// Those of administrators.
    ///
    /// @param offsets does the work; it never blocks
    public static List<ApiHandler<?>> ofAdministrators(ShareOffsets offsets) {
        return List.of(
                new ShareStateApi<DescribeShareGroupOffsetsRequestData>(
                        ApiKeys.DESCRIBE_SHARE_GROUP_OFFSETS, offsets::describe),
                new ShareStateApi<AlterShareGroupOffsetsRequestData>(ApiKeys.ALTER_SHARE_GROUP_OFFSETS, offsets::alter),
                new ShareStateApi<DeleteShareGroupOffsetsRequestData>(
                        ApiKeys.DELETE_SHARE_GROUP_OFFSETS, offsets::delete));
    }

    @Override
    public ApiKeys key() {
        return key;
    }

    @Override
    public boolean mayBlock(Q request) {
        return false;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(RequestContext context, Q request) {
        return answer.apply(request);
    }
}
