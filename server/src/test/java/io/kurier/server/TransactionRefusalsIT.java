package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.config.NetworkSettings;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peer;
import io.kurier.cluster.peer.Peers;
import io.kurier.kernel.FileDisk;
import io.kurier.protocol.records.Batches;
import io.kurier.testkit.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What no good client asks of transactions, request by request: the documented error in each version, and nothing is
/// left behind that nobody can end.
@Timeout(60)
class TransactionRefusalsIT {
    private static Kurier node;
    private static Admin admin;
    private static Machine machine;
    private static Peers peers;
    private static Peer peer;

    @BeforeAll
    static void start() throws Exception {
        node = Kurier.builder()
                .set("transaction.state.log.num.partitions", "1")
                .set("offsets.topic.num.partitions", "1")
                .start();
        admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));
        machine = new Machine(new FileDisk(), NetworkSettings.of(node.config().settings()));
        peers = new Peers(machine.world(), 99, Peers.Limits.defaults());
        peer = peers.at(Lane.COMMANDS, "127.0.0.1", node.addresses().getFirst().getPort());
        for (byte type : new byte[] {0, 1}) {
            FindCoordinatorRequestData find =
                    new FindCoordinatorRequestData().setKeyType(type).setCoordinatorKeys(List.of("any"));
            FindCoordinatorResponseData found = ask(find, 4, FindCoordinatorResponseData.class);
            assertThat(found.coordinators().getFirst().nodeId()).isEqualTo(1);
        }
    }

    @AfterAll
    static void stop() {
        peers.close();
        machine.close();
        admin.close();
        node.close();
    }

    private static <A extends ApiMessage> A ask(ApiMessage request, int version, Class<A> answer) {
        return peer.ask(request, (short) version, 10_000, answer).join();
    }

    private static TopicPartition topic(String name) throws Exception {
        admin.createTopics(Set.of(new NewTopic(name, 1, (short) 1))).all().get();
        return new TopicPartition(name, 0);
    }

    /// A producer, by raw requests.
    private record Producer(String transactionalId, long id, short epoch) {
        static Producer init(String transactionalId) {
            InitProducerIdResponseData answer = null;
            while (answer == null || answer.errorCode() == Errors.COORDINATOR_LOAD_IN_PROGRESS.code()) {
                answer = init(transactionalId, 60_000);
            }
            assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
            return new Producer(transactionalId, answer.producerId(), answer.producerEpoch());
        }

        static InitProducerIdResponseData init(String transactionalId, int timeoutMs) {
            return ask(
                    new InitProducerIdRequestData()
                            .setTransactionalId(transactionalId)
                            .setTransactionTimeoutMs(timeoutMs),
                    4,
                    InitProducerIdResponseData.class);
        }

        Producer at(int epochs) {
            return new Producer(transactionalId, id, (short) (epoch + epochs));
        }

        AddPartitionsToTxnResponseData adding(int version, TopicPartition... partitions) {
            AddPartitionsToTxnRequestData request = new AddPartitionsToTxnRequestData()
                    .setV3AndBelowTransactionalId(transactionalId)
                    .setV3AndBelowProducerId(id)
                    .setV3AndBelowProducerEpoch(epoch);
            for (TopicPartition partition : partitions) {
                request.v3AndBelowTopics()
                        .add(new AddPartitionsToTxnTopic()
                                .setName(partition.topic())
                                .setPartitions(List.of(partition.partition())));
            }
            return ask(request, version, AddPartitionsToTxnResponseData.class);
        }

        Errors add(int version, TopicPartition partition) {
            return errorOf(adding(version, partition), partition);
        }

        static Errors errorOf(AddPartitionsToTxnResponseData answer, TopicPartition partition) {
            return Errors.forCode(answer.resultsByTopicV3AndBelow()
                    .find(partition.topic())
                    .resultsByPartition()
                    .find(partition.partition())
                    .partitionErrorCode());
        }

        Errors end(int version, boolean commit) {
            EndTxnRequestData request = new EndTxnRequestData()
                    .setTransactionalId(transactionalId)
                    .setProducerId(id)
                    .setProducerEpoch(epoch)
                    .setCommitted(commit);
            return Errors.forCode(
                    ask(request, version, EndTxnResponseData.class).errorCode());
        }

        PartitionProduceResponse produce(int version, TopicPartition partition, int sequence) {
            return produce(version, partition, sequence, transactionalId);
        }

        PartitionProduceResponse produce(
                int version, TopicPartition partition, int sequence, @Nullable String namedId) {
            TopicProduceData topic = new TopicProduceData()
                    .setName(partition.topic())
                    .setPartitionData(List.of(new PartitionProduceData()
                            .setIndex(partition.partition())
                            .setRecords(Batches.inMemory(batch(sequence)))));
            ProduceRequestData request = new ProduceRequestData()
                    .setTransactionalId(namedId)
                    .setAcks((short) -1)
                    .setTimeoutMs(5_000)
                    .setTopicData(new TopicProduceDataCollection(List.of(topic).iterator()));
            return ask(request, version, ProduceResponseData.class)
                    .responses()
                    .iterator()
                    .next()
                    .partitionResponses()
                    .getFirst();
        }

        private ByteBuffer batch(int sequence) {
            MemoryRecordsBuilder builder = MemoryRecords.builder(
                    ByteBuffer.allocate(200),
                    RecordBatch.CURRENT_MAGIC_VALUE,
                    Compression.NONE,
                    TimestampType.CREATE_TIME,
                    0,
                    RecordBatch.NO_TIMESTAMP,
                    id,
                    epoch,
                    sequence,
                    true,
                    RecordBatch.NO_PARTITION_LEADER_EPOCH);
            builder.append(System.currentTimeMillis(), null, new byte[] {1});
            return builder.build().buffer();
        }

        Errors commitOffset(int version, String group, int generation, String member) {
            TxnOffsetCommitRequestData request = new TxnOffsetCommitRequestData()
                    .setTransactionalId(transactionalId)
                    .setProducerId(id)
                    .setProducerEpoch(epoch)
                    .setGroupId(group)
                    .setGenerationIdOrMemberEpoch(generation)
                    .setMemberId(member)
                    .setTopics(List.of(new TxnOffsetCommitRequestTopic()
                            .setName("offsets")
                            .setPartitions(List.of(new TxnOffsetCommitRequestPartition()
                                    .setPartitionIndex(0)
                                    .setCommittedOffset(1)
                                    .setCommittedMetadata("")))));
            return Errors.forCode(ask(request, version, TxnOffsetCommitResponseData.class)
                    .topics()
                    .getFirst()
                    .partitions()
                    .getFirst()
                    .errorCode());
        }
    }

    private static Errors errorOf(PartitionProduceResponse answer) {
        return Errors.forCode(answer.errorCode());
    }

    @Test
    void strangersAndPredecessorsAreToldSo() throws Exception {
        TopicPartition here = topic("here");
        Producer nobody = new Producer("nobody", 4_711, (short) 0);
        assertThat(nobody.add(3, here)).isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
        assertThat(nobody.end(5, true)).isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
        Producer first = Producer.init("id");
        Producer second = Producer.init("id");
        assertThat(second).isEqualTo(first.at(1));
        assertThat(first.add(3, here)).isEqualTo(Errors.PRODUCER_FENCED);
        assertThat(first.add(1, here)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        assertThat(first.end(4, true)).isEqualTo(Errors.PRODUCER_FENCED);
        assertThat(first.end(1, true)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        assertThat(second.end(4, true)).isEqualTo(Errors.INVALID_TXN_STATE);
        AddPartitionsToTxnResponseData mixed = second.adding(3, here, new TopicPartition("nowhere", 0));
        assertThat(Producer.errorOf(mixed, here)).isEqualTo(Errors.OPERATION_NOT_ATTEMPTED);
        assertThat(Producer.errorOf(mixed, new TopicPartition("nowhere", 0)))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(Errors.forCode(Producer.init("id", 900_001).errorCode()))
                .isEqualTo(Errors.INVALID_TRANSACTION_TIMEOUT);
    }

    @Test
    void recordsOfNoTransactionAreRefused() throws Exception {
        TopicPartition there = topic("there");
        Producer producer = Producer.init("writer");
        PartitionProduceResponse refused = producer.produce(11, there, 0);
        assertThat(errorOf(refused)).isEqualTo(Errors.TRANSACTION_ABORTABLE);
        assertThat(refused.errorMessage()).contains("writer");
        assertThat(errorOf(producer.produce(10, there, 0))).isEqualTo(Errors.INVALID_TXN_STATE);
        assertThat(errorOf(producer.produce(11, there, 0, null))).isEqualTo(Errors.INVALID_TXN_STATE);
        assertThat(errorOf(producer.at(1).produce(12, there, 0))).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        assertThat(producer.add(3, there)).isEqualTo(Errors.NONE);
        assertThat(errorOf(producer.produce(11, there, 0))).isEqualTo(Errors.NONE);
        assertThat(errorOf(producer.produce(11, there, 5))).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(producer.end(4, true)).isEqualTo(Errors.NONE);
    }

    @Test
    void offsetsOfOthersAreRefused() throws Exception {
        topic("offsets");
        Producer producer = Producer.init("committer");
        assertThat(producer.commitOffset(4, "g", -1, "")).isEqualTo(Errors.TRANSACTION_ABORTABLE);
        assertThat(producer.commitOffset(3, "g", -1, "")).isEqualTo(Errors.INVALID_TXN_STATE);
        AddOffsetsToTxnRequestData add = new AddOffsetsToTxnRequestData()
                .setTransactionalId("committer")
                .setProducerId(producer.id())
                .setProducerEpoch(producer.epoch())
                .setGroupId("g");
        assertThat(ask(add, 3, AddOffsetsToTxnResponseData.class).errorCode()).isZero();
        assertThat(producer.commitOffset(3, "g", 7, "foreign")).isEqualTo(Errors.ILLEGAL_GENERATION);
        assertThat(producer.at(-1).commitOffset(3, "g", -1, "")).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        assertThat(producer.commitOffset(3, "g", -1, "")).isEqualTo(Errors.NONE);
        assertThat(producer.commitOffset(3, "", -1, "")).isEqualTo(Errors.INVALID_GROUP_ID);
        assertThat(producer.end(4, true)).isEqualTo(Errors.NONE);
    }

    @Test
    void aLateRecordOfAnOlderClientHangsWithoutVerificationAndIsEndedByAnAdministrator() throws Exception {
        TopicPartition hangs = topic("hangs");
        Producer producer = Producer.init("old");
        assertThat(producer.add(3, hangs)).isEqualTo(Errors.NONE);
        assertThat(errorOf(producer.produce(11, hangs, 0))).isEqualTo(Errors.NONE);
        assertThat(producer.end(4, true)).isEqualTo(Errors.NONE);
        awaitEnd(hangs);
        assertThat(errorOf(producer.produce(11, hangs, 1))).as("verified").isEqualTo(Errors.TRANSACTION_ABORTABLE);
        verification("false");
        try {
            assertThat(errorOf(producer.produce(11, hangs, 1))).isEqualTo(Errors.NONE);
        } finally {
            verification("true");
        }
        ProducerState open = producerOf(hangs);
        assertThat(open.currentTransactionStartOffset()).isEqualTo(OptionalLong.of(2));
        assertThat(stableEnd(hangs)).isEqualTo(2);
        AbortTransactionSpec spec = new AbortTransactionSpec(
                hangs,
                open.producerId(),
                (short) open.producerEpoch(),
                open.coordinatorEpoch().orElse(0));
        admin.abortTransaction(spec).all().get();
        assertThat(stableEnd(hangs)).isEqualTo(4);
    }

    @Test
    void aLateRecordOfANewerClientIsRefusedEvenWithoutVerification() throws Exception {
        TopicPartition firm = topic("firm");
        Producer producer = Producer.init("new");
        assertThat(errorOf(producer.produce(12, firm, 0))).isEqualTo(Errors.NONE);
        assertThat(producer.end(5, true)).isEqualTo(Errors.NONE);
        awaitEnd(firm);
        verification("false");
        try {
            assertThat(errorOf(producer.produce(12, firm, 1))).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        } finally {
            verification("true");
        }
        assertThat(stableEnd(firm)).isEqualTo(2);
    }

    private static void awaitEnd(TopicPartition partition) {
        Await.until(Duration.ofSeconds(10), "the marker", () -> stableEnd(partition) == 2);
    }

    private static long stableEnd(TopicPartition partition) {
        return admin.listOffsets(
                        Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .partitionResult(partition)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .offset();
    }

    private static void verification(String enabled) throws Exception {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "");
        ConfigEntry entry = new ConfigEntry("transaction.partition.verification.enable", enabled);
        admin.incrementalAlterConfigs(Map.of(broker, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private static ProducerState producerOf(TopicPartition partition) throws Exception {
        return admin.describeProducers(Set.of(partition))
                .partitionResult(partition)
                .get()
                .activeProducers()
                .getFirst();
    }
}
