package io.kurier.coordinator.txn;

import com.google.re2j.PatternSyntaxException;
import io.kurier.coordinator.Caller;
import io.kurier.coordinator.CoordinatorLog;
import io.kurier.coordinator.runtime.CoordinatorRuntime;
import io.kurier.coordinator.runtime.RuntimeLimits;
import io.kurier.coordinator.txn.TxnShard.Asking;
import io.kurier.coordinator.txn.TxnShard.Result;
import io.kurier.kernel.World;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnResult;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// All transactional ids that this node coordinates, behind the transaction APIs of the protocol. Safe for use by
/// several threads; no method blocks; no returned future fails: errors are in the answers. An answer is for the
/// request's version.
public final class TransactionCoordinator implements AutoCloseable {
    /// The topic that it keeps its records in.
    public static final String TOPIC = "__transaction_state";

    /// Of at most three bytes each: a string in a record has at most 32,767 bytes.
    private static final int MAX_ID_CHARS = 10_000;

    private final CoordinatorRuntime<TxnShard> runtime;
    private final TxnSettings settings;
    private final Outside outside;
    private final Map<Integer, Integer> epochs = new ConcurrentHashMap<>();
    private final Set<UnderWay> underWay = ConcurrentHashMap.newKeySet();

    private record UnderWay(int shard, int coordinatorEpoch, String id, long producerId, short epoch) {}

    /// What it needs of its node.
    ///
    /// @param producerIds gives ids that nobody has
    /// @param shardCount partitions of [#TOPIC]: what it really has once it exists,
    ///     `transaction.state.log.num.partitions` before
    public record Outside(
            CoordinatorLog log,
            Supplier<CompletableFuture<Long>> producerIds,
            MarkerSink markers,
            IntSupplier shardCount) {}

    public TransactionCoordinator(World world, Outside outside, TxnSettings settings) {
        this.outside = outside;
        this.settings = settings;
        this.runtime = new CoordinatorRuntime<>(
                world,
                "transactions",
                outside.log(),
                (shard, leaderEpoch) ->
                        new TxnShard(settings, leaderEpoch, txn -> sendMarkers(shard, leaderEpoch, txn)),
                new RuntimeLimits(settings.maxBatchBytes(), settings.maxQueuedEvents()));
    }

    /// Nobody writes a marker twice at a time: a copy that comes late could end the next transaction. A shard that is
    /// loaded again sends all that is prepared, also what is on its way.
    private void sendMarkers(int shard, int coordinatorEpoch, Txn txn) {
        UnderWay ending = new UnderWay(shard, coordinatorEpoch, txn.id(), txn.producerId(), txn.epoch());
        if (!underWay.add(ending)) {
            return;
        }
        EndingTxn markers = new EndingTxn(
                shard,
                coordinatorEpoch,
                txn.id(),
                txn.producerId(),
                txn.epoch(),
                txn.state() == TxnState.PREPARE_COMMIT,
                txn.clientVersion(),
                txn.partitions());
        outside.markers().send(markers, () -> epochs.getOrDefault(shard, -1) == coordinatorEpoch, () -> {
            underWay.remove(ending);
            CompletableFuture<Errors> _ = runtime.submit(
                    shard, error -> error, (txns, ticket, now, out) -> txns.written(markers, ticket, now, out));
        });
    }

    /// The partition that a transactional id belongs to.
    public int shardOf(String transactionalId) {
        return Utils.abs(transactionalId.hashCode()) % outside.shardCount().getAsInt();
    }

    /// This node leads partition `shard` in this epoch; loads it, once an epoch. Until that is done all are told
    /// COORDINATOR_LOAD_IN_PROGRESS.
    public void becomeLeader(int shard, int leaderEpoch) {
        epochs.merge(shard, leaderEpoch, Math::max);
        underWay.removeIf(ending -> ending.shard() == shard && ending.coordinatorEpoch() < leaderEpoch);
        runtime.load(shard, leaderEpoch);
    }

    /// This node does not lead partition `shard` any more, as of this epoch: all are told NOT_COORDINATOR.
    public void resign(int shard, int leaderEpoch) {
        epochs.computeIfPresent(shard, (number, led) -> led > leaderEpoch ? led : null);
        underWay.removeIf(ending -> ending.shard() == shard && ending.coordinatorEpoch() <= leaderEpoch);
        runtime.unload(shard, leaderEpoch);
    }

    /// InitProducerId with a transactional id: its producer id and epoch. What its last producer left open is aborted.
    public CompletableFuture<InitProducerIdResponseData> initProducerId(
            Caller caller, InitProducerIdRequestData request) {
        String id = request.transactionalId();
        Errors refusal = checkInit(request);
        if (id == null || refusal != Errors.NONE) {
            return done(initialised(Result.refused(refusal), caller));
        }
        return withNewId(newId -> {
                    Asking asking = new Asking(id, request.producerId(), request.producerEpoch(), newId);
                    return runtime.submit(
                            shardOf(id),
                            Result::refused,
                            (txns, ticket, now, out) ->
                                    txns.init(asking, request.transactionTimeoutMs(), ticket, now, out));
                })
                .thenApply(result -> initialised(result, caller));
    }

    private Errors checkInit(InitProducerIdRequestData request) {
        if (!isGood(request.transactionalId())) {
            return Errors.INVALID_REQUEST;
        }
        if ((request.producerId() == Txn.NO_ID) != (request.producerEpoch() == Txn.NO_EPOCH)
                || request.producerId() < Txn.NO_ID
                || request.producerEpoch() < Txn.NO_EPOCH) {
            return Errors.INVALID_REQUEST;
        }
        return request.transactionTimeoutMs() <= 0 || request.transactionTimeoutMs() > settings.maxTimeoutMs()
                ? Errors.INVALID_TRANSACTION_TIMEOUT
                : Errors.NONE;
    }

    private static boolean isGood(@Nullable String transactionalId) {
        return transactionalId != null && !transactionalId.isEmpty() && transactionalId.length() <= MAX_ID_CHARS;
    }

    private static InitProducerIdResponseData initialised(Result result, Caller caller) {
        return new InitProducerIdResponseData()
                .setErrorCode(fenced(result.error(), caller.version() >= 4).code())
                .setProducerId(result.producerId())
                .setProducerEpoch(result.epoch());
    }

    /// Most requests need no new producer id: one is fetched when the shard asks for it.
    private CompletableFuture<Result> withNewId(LongFunction<CompletableFuture<Result>> request) {
        return request.apply(Txn.NO_ID)
                .thenCompose(result -> result.needsId()
                        ? outside.producerIds()
                                .get()
                                .thenCompose(request::apply)
                                .exceptionally(failure -> Result.refused(Errors.COORDINATOR_LOAD_IN_PROGRESS))
                        : done(result));
    }

    /// PRODUCER_FENCED is younger than most APIs that answer it.
    private static Errors fenced(Errors error, boolean isKnown) {
        return error == Errors.PRODUCER_FENCED && !isKnown ? Errors.INVALID_PRODUCER_EPOCH : error;
    }

    /// AddPartitionsToTxn: of a client (before version 4), or of leaders that add or verify for their clients.
    ///
    /// @param missing those of the partitions that do not exist
    public CompletableFuture<AddPartitionsToTxnResponseData> addPartitions(
            Caller caller, AddPartitionsToTxnRequestData request, Set<TopicPartition> missing) {
        List<CompletableFuture<AddPartitionsToTxnResult>> parts = AddAnswers.asked(request, caller.version()).stream()
                .map(asked -> asked.verifyOnly()
                        ? verify(caller, asked)
                        : add(
                                caller,
                                asked,
                                AddAnswers.partitions(asked).stream()
                                        .filter(missing::contains)
                                        .collect(Collectors.toSet())))
                .toList();
        return all(parts).thenApply(results -> AddAnswers.response(results, caller.version()));
    }

    private CompletableFuture<AddPartitionsToTxnResult> add(
            Caller caller, AddPartitionsToTxnTransaction asked, Set<TopicPartition> missing) {
        if (!missing.isEmpty()) {
            return done(AddAnswers.result(
                    asked,
                    partition -> missing.contains(partition)
                            ? Errors.UNKNOWN_TOPIC_OR_PARTITION
                            : Errors.OPERATION_NOT_ATTEMPTED));
        }
        Asking asking = new Asking(asked.transactionalId(), asked.producerId(), asked.producerEpoch(), Txn.NO_ID);
        return add(asking, AddAnswers.partitions(asked))
                .thenApply(error -> AddAnswers.result(asked, partition -> fenced(error, caller.version() >= 2)));
    }

    private CompletableFuture<Errors> add(Asking asking, Set<TopicPartition> partitions) {
        if (!isGood(asking.id())) {
            return done(Errors.INVALID_REQUEST);
        }
        return runtime.submit(
                shardOf(asking.id()),
                error -> error,
                (txns, ticket, now, out) -> txns.add(asking, partitions, ticket, now, out));
    }

    private CompletableFuture<AddPartitionsToTxnResult> verify(Caller caller, AddPartitionsToTxnTransaction asked) {
        if (!isGood(asked.transactionalId())) {
            return done(AddAnswers.result(asked, partition -> Errors.INVALID_REQUEST));
        }
        Asking asking = new Asking(asked.transactionalId(), asked.producerId(), asked.producerEpoch(), Txn.NO_ID);
        Set<TopicPartition> partitions = AddAnswers.partitions(asked);
        CompletableFuture<Map<TopicPartition, Errors>> verified = runtime.submit(
                shardOf(asked.transactionalId()),
                error -> partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> error)),
                (txns, ticket, now, out) -> txns.verify(asking, partitions, ticket, out));
        return verified.thenApply(errors -> AddAnswers.result(asked, partition -> {
            Errors error = Objects.requireNonNull(errors.get(partition));
            return error == Errors.TRANSACTION_ABORTABLE && caller.version() < 5 ? Errors.INVALID_TXN_STATE : error;
        }));
    }

    /// AddOffsetsToTxn: the partition of `__consumer_offsets` that has the group's offsets is added.
    public CompletableFuture<AddOffsetsToTxnResponseData> addOffsets(
            Caller caller, AddOffsetsToTxnRequestData request, TopicPartition offsetsPartition) {
        Asking asking = new Asking(request.transactionalId(), request.producerId(), request.producerEpoch(), Txn.NO_ID);
        return add(asking, Set.of(offsetsPartition))
                .thenApply(error -> new AddOffsetsToTxnResponseData()
                        .setErrorCode(fenced(error, caller.version() >= 2).code()));
    }

    /// EndTxn: answered when the decision is stored. From version 5 on the producer gets its next epoch (KIP-890).
    public CompletableFuture<EndTxnResponseData> endTransaction(Caller caller, EndTxnRequestData request) {
        boolean two = caller.version() >= 5;
        TxnRequest ending = two
                ? request.committed() ? TxnRequest.COMMIT_V2 : TxnRequest.ABORT_V2
                : request.committed() ? TxnRequest.COMMIT_V1 : TxnRequest.ABORT_V1;
        String id = request.transactionalId();
        if (!isGood(id)) {
            return done(new EndTxnResponseData().setErrorCode(Errors.INVALID_REQUEST.code()));
        }
        return withNewId(newId -> {
                    Asking asking = new Asking(id, request.producerId(), request.producerEpoch(), newId);
                    return runtime.submit(
                            shardOf(id),
                            Result::refused,
                            (txns, ticket, now, out) -> txns.end(asking, ending, ticket, now, out));
                })
                .thenApply(result -> new EndTxnResponseData()
                        .setErrorCode(
                                fenced(result.error(), caller.version() >= 2).code())
                        .setProducerId(two ? result.producerId() : Txn.NO_ID)
                        .setProducerEpoch(two ? result.epoch() : Txn.NO_EPOCH));
    }

    /// DescribeTransactions, in the order of the request.
    public CompletableFuture<DescribeTransactionsResponseData> describe(DescribeTransactionsRequestData request) {
        List<CompletableFuture<DescribeTransactionsResponseData.TransactionState>> parts =
                request.transactionalIds().stream().map(this::describe).toList();
        return all(parts).thenApply(states -> new DescribeTransactionsResponseData().setTransactionStates(states));
    }

    private CompletableFuture<DescribeTransactionsResponseData.TransactionState> describe(String id) {
        Function<Errors, DescribeTransactionsResponseData.TransactionState> refusal =
                error -> new DescribeTransactionsResponseData.TransactionState()
                        .setTransactionalId(id)
                        .setErrorCode(error.code());
        return isGood(id)
                ? runtime.submit(
                        shardOf(id),
                        refusal,
                        (txns, ticket, now, out) -> txns.txns().describe(id, ticket, out))
                : done(refusal.apply(Errors.INVALID_REQUEST));
    }

    /// ListTransactions: those that this node coordinates; an error if it does not know them all yet.
    public CompletableFuture<ListTransactionsResponseData> list(ListTransactionsRequestData request) {
        TxnFilter filter;
        try {
            filter = TxnFilter.of(request);
        } catch (PatternSyntaxException e) {
            return done(new ListTransactionsResponseData().setErrorCode(Errors.INVALID_REGULAR_EXPRESSION.code()));
        }
        List<CompletableFuture<TxnRegistry.Listing>> parts = runtime.led().stream()
                .map(shard -> runtime.<TxnRegistry.Listing>submit(
                        shard,
                        error -> new TxnRegistry.Listing(error, List.of()),
                        (txns, ticket, now, out) -> txns.txns().list(filter, ticket, now, out)))
                .toList();
        return all(parts).thenApply(listings -> together(listings).setUnknownStateFilters(filter.unknownStates()));
    }

    private static ListTransactionsResponseData together(List<TxnRegistry.Listing> listings) {
        ListTransactionsResponseData answer = new ListTransactionsResponseData();
        for (TxnRegistry.Listing listing : listings) {
            answer.transactionStates().addAll(listing.transactions());
            if (listing.error() != Errors.NONE && listing.error() != Errors.NOT_COORDINATOR) {
                answer.setErrorCode(listing.error().code());
            }
        }
        return answer.errorCode() == 0 ? answer : answer.setTransactionStates(List.of());
    }

    private static <T> CompletableFuture<T> done(T answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        nothing -> parts.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public void close() {
        epochs.clear();
        runtime.close();
    }
}
