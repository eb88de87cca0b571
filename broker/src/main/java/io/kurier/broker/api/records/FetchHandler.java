package io.kurier.broker.api.records;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.records.FetchPlan.Fetcher;
import io.kurier.broker.api.records.FetchPlan.PartitionKey;
import io.kurier.broker.api.records.FetchPlan.Wanted;
import io.kurier.broker.api.records.RackReplicas.Choice;
import io.kurier.broker.quota.ClientQuota;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.leader.ReplicaFetch;
import io.kurier.kernel.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Fetch: finds the session (KIP-227), reads, and waits for more where the client wants to wait.
public final class FetchHandler implements ApiHandler<FetchRequestData> {
    private static final int FIRST_VERSION_WITH_IDS = 13;
    private static final int FIRST_VERSION_WITH_SESSIONS = 7;
    private static final int FIRST_VERSION_WITH_REPLICA_STATE = 15;
    private static final int FIRST_VERSION_WITH_RACK = 11;
    private static final int NEW_SESSION = 0;
    private static final int NO_SESSION = -1;
    private static final int MOST_FOLLOWERS = 1_000;

    private final World world;
    private final Partitions partitions;
    private final FetchReader reader;
    private final FetchSessions sessions;
    /// Followers have sessions of their own, whatever consumers have: by them a leader knows when a fetch was sent.
    private final FetchSessions ofFollowers;

    private final int maxFetchBytes;
    private final @Nullable RackReplicas racks;

    /// Leaders answer all consumers themselves.
    ///
    /// @param maxFetchBytes `fetch.max.bytes` of the broker: no answer is larger, but for one batch
    public FetchHandler(World world, Partitions partitions, FetchSessions sessions, int maxFetchBytes) {
        this(world, partitions, sessions, maxFetchBytes, null);
    }

    /// @param maxFetchBytes `fetch.max.bytes` of the broker: no answer is larger, but for one batch
    /// @param racks where leaders send consumers of other racks; null for nowhere
    public FetchHandler(
            World world,
            Partitions partitions,
            FetchSessions sessions,
            int maxFetchBytes,
            @Nullable RackReplicas racks) {
        this.world = world;
        this.partitions = partitions;
        this.reader = new FetchReader(partitions, world.threads().slow());
        this.sessions = sessions;
        this.ofFollowers = new FetchSessions(MOST_FOLLOWERS, world.random());
        this.maxFetchBytes = maxFetchBytes;
        this.racks = racks;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.FETCH;
    }

    @Override
    public boolean mayBlock(FetchRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<FetchResponseData> handle(RequestContext context, FetchRequestData request) {
        boolean usesIds = context.version() >= FIRST_VERSION_WITH_IDS;
        List<Wanted> changed = wanted(request);
        FetchSession session = null;
        ReplicaFetch follower = follower(context, request);
        // Clients' quotas are not for replicas.
        ClientQuota quota = follower == null ? context.quota() : ClientQuota.NONE;
        int throttleMs = quota.mayFetch() ? 0 : quota.throttleMs(ApiKeys.FETCH);
        FetchSessions known = follower == null ? sessions : ofFollowers;
        int epoch = context.version() < FIRST_VERSION_WITH_SESSIONS ? NO_SESSION : request.sessionEpoch();
        if (epoch == NEW_SESSION || epoch == NO_SESSION) {
            if (request.sessionId() != 0) {
                known.remove(request.sessionId());
            }
            session = epoch == NEW_SESSION && !changed.isEmpty() && throttleMs == 0 ? known.create(usesIds) : null;
        } else {
            session = known.find(request.sessionId());
            Errors error = check(session, epoch, usesIds);
            if (error != Errors.NONE) {
                return CompletableFuture.completedFuture(new FetchResponseData().setErrorCode(error.code()));
            }
        }
        if (session != null) {
            session.update(changed, forgotten(request));
        }
        if (throttleMs > 0) {
            // KIP-219: nothing is read for a client that has to wait; what it wants now, its session remembers.
            return CompletableFuture.completedFuture(new FetchResponseData()
                    .setThrottleTimeMs(throttleMs)
                    .setSessionId(session == null ? 0 : session.id()));
        }
        int number = session == null ? 0 : session.begin();
        if (follower != null && session != null) {
            follower = follower.sentAfter(session.sentAfter(number));
        }
        int mostBytes = Math.min(maxFetchBytes, quota.mostFetchBytes());
        FetchPlan plan = new FetchPlan(
                session == null ? changed : session.wanted(),
                Math.min(request.maxBytes(), mostBytes),
                Math.min(request.minBytes(), mostBytes),
                follower == null ? consumer(context, request) : follower(follower, session));
        boolean full = epoch <= NEW_SESSION;
        long awayNs = follower == null || session == null
                ? 0
                : session.awayNs(world.clock().nanos());
        PendingFetch pending = new PendingFetch(world, context.executor(), reader, plan, request.maxWaitMs(), awayNs);
        if (session == null) {
            return pending.start().thenApply(found -> answer(plan, found.data(), null, full));
        }
        FetchSession answerOf = session;
        Runnable endWait = pending::endWait;
        session.waits(endWait);
        return pending.start().thenApply(found -> {
            answerOf.answered(endWait);
            answerOf.answered(number, partitions.moments().next());
            answerOf.gave(found.bytes() > 0, world.clock().nanos());
            return answer(plan, found.data(), answerOf, full);
        });
    }

    private Fetcher consumer(RequestContext context, FetchRequestData request) {
        boolean withRack = context.version() >= FIRST_VERSION_WITH_RACK;
        return new FetchPlan.Consumer(
                request.isolationLevel() == 1,
                withRack,
                racks == null || !withRack ? Choice.STAY : racks.forConsumer(context, request.rackId()));
    }

    /// Without a session nothing says what a follower knows, and it is told when its wait is over.
    private static Fetcher follower(ReplicaFetch fetch, @Nullable FetchSession session) {
        return new FetchPlan.Follower(fetch, session == null ? _ -> Long.MAX_VALUE : session::toldHighWatermark);
    }

    /// Null for a consumer.
    private @Nullable ReplicaFetch follower(RequestContext context, FetchRequestData request) {
        boolean withState = context.version() >= FIRST_VERSION_WITH_REPLICA_STATE;
        int id = withState ? request.replicaState().replicaId() : request.replicaId();
        long epoch = withState ? request.replicaState().replicaEpoch() : -1;
        return id < 0 ? null : partitions.follower(id, epoch);
    }

    private static Errors check(@Nullable FetchSession session, int epoch, boolean usesIds) {
        if (session == null) {
            return Errors.FETCH_SESSION_ID_NOT_FOUND;
        } else if (session.usesIds() != usesIds) {
            return Errors.FETCH_SESSION_TOPIC_ID_ERROR;
        } else if (!session.takeEpoch(epoch)) {
            return Errors.INVALID_FETCH_SESSION_EPOCH;
        } else {
            return Errors.NONE;
        }
    }

    private static List<Wanted> wanted(FetchRequestData request) {
        List<Wanted> wanted = new ArrayList<>();
        for (FetchTopic topic : request.topics()) {
            for (FetchPartition partition : topic.partitions()) {
                wanted.add(new Wanted(
                        new PartitionKey(topic.topicId(), topic.topic(), partition.partition()),
                        partition.fetchOffset(),
                        partition.partitionMaxBytes(),
                        partition.currentLeaderEpoch(),
                        partition.lastFetchedEpoch(),
                        partition.logStartOffset()));
            }
        }
        return wanted;
    }

    private static List<PartitionKey> forgotten(FetchRequestData request) {
        List<PartitionKey> keys = new ArrayList<>();
        for (ForgottenTopic topic : request.forgottenTopicsData()) {
            for (int partition : topic.partitions()) {
                keys.add(new PartitionKey(topic.topicId(), topic.topic(), partition));
            }
        }
        return keys;
    }

    private static FetchResponseData answer(
            FetchPlan plan, List<PartitionData> found, @Nullable FetchSession session, boolean full) {
        FetchResponseData answer = new FetchResponseData();
        if (session == null) {
            for (int i = 0; i < found.size(); i++) {
                add(answer, plan.partitions().get(i).key(), found.get(i));
            }
        } else {
            answer.setSessionId(session.id());
            Map<PartitionKey, PartitionData> news = session.news(plan.partitions(), found, full);
            news.forEach((key, data) -> add(answer, key, data));
        }
        return answer;
    }

    private static void add(FetchResponseData answer, PartitionKey key, PartitionData data) {
        List<FetchableTopicResponse> topics = answer.responses();
        FetchableTopicResponse last = topics.isEmpty() ? null : topics.getLast();
        if (last == null
                || !last.topicId().equals(key.topicId())
                || !last.topic().equals(key.topic())) {
            last = new FetchableTopicResponse().setTopicId(key.topicId()).setTopic(key.topic());
            topics.add(last);
        }
        last.partitions().add(data);
    }
}
