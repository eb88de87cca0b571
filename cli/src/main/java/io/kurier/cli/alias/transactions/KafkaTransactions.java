package io.kurier.cli.alias.transactions;

import io.kurier.cli.alias.Flags;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// `kafka-transactions`: lists and describes transactions, finds those that hang, and ends them (KIP-664).
public final class KafkaTransactions {
    /// The command.
    public static final Command COMMAND = Command.kafka(
                    "kafka-transactions",
                    "list, describe, describe-producers, find-hanging, abort: transactions.",
                    call -> new KafkaTransactions(call).run())
            .with(
                    Option.value("--transactional-id", "ID", "With describe: the transactional id."),
                    Option.value(
                            "--duration-filter",
                            "MS",
                            "With list: only transactions that run for longer than so long."),
                    Option.value(
                            "--transactional-id-pattern",
                            "REGEX",
                            "With list: only transactional ids that are wholly matched."),
                    Option.value("--topic", "NAME", "The topic; not needed by find-hanging with --broker-id."),
                    Option.value("--partition", "N", "The partition."),
                    Option.value(
                            "--broker-id",
                            "ID",
                            "With describe-producers: ask this replica. With find-hanging: only partitions that it"
                                    + " leads."),
                    Option.value(
                                    "--max-transaction-timeout",
                                    "MINUTES",
                                    "With find-hanging: how long a transaction may take.")
                            .orElse("15"),
                    Option.value("--start-offset", "OFFSET", "With abort: where the transaction begins."),
                    Option.value("--producer-id", "ID", "With abort, in place of --start-offset: its producer id."),
                    Option.value("--producer-epoch", "EPOCH", "With --producer-id: the producer's epoch."),
                    Option.value("--coordinator-epoch", "EPOCH", "With --producer-id: the coordinator's epoch."),
                    Flags.SERVER,
                    Flags.CONFIG)
            .withOperands("list|describe|describe-producers|find-hanging|abort", 1, 1);

    private static final String NONE = "None";

    private final Call call;
    private final Connection connection;

    private KafkaTransactions(Call call) {
        this.call = call;
        connection = Flags.connection(call);
    }

    private void run() {
        try (Admin admin = connection.admin()) {
            switch (call.operands().getFirst()) {
                case "list" -> list(admin);
                case "describe" -> describe(admin);
                case "describe-producers" -> describeProducers(admin);
                case "find-hanging" -> findHanging(admin);
                case "abort" -> abort(admin);
                default ->
                    throw new UsageException("'" + call.operands().getFirst() + "' is not there: say list, describe,"
                            + " describe-producers, find-hanging or abort");
            }
        }
    }

    private void list(Admin admin) {
        ListTransactionsOptions options = new ListTransactionsOptions();
        Long durationMs = call.large("--duration-filter");
        if (durationMs != null) {
            options.filterOnDuration(durationMs);
        }
        String pattern = call.text("--transactional-id-pattern");
        if (pattern != null) {
            options.filterOnTransactionalIdPattern(pattern);
        }
        Map<Integer, Collection<TransactionListing>> byBroker =
                connection.await(admin.listTransactions(options).allByBrokerId(), "The transactions");
        Rows rows = new Rows("TransactionalId", "Coordinator", "ProducerId", "TransactionState");
        byBroker.forEach((broker, transactions) -> transactions.stream()
                .sorted(Comparator.comparing(TransactionListing::transactionalId))
                .forEach(transaction -> rows.add(
                        transaction.transactionalId(), broker, transaction.producerId(), transaction.state())));
        rows.print(call.out());
    }

    private void describe(Admin admin) {
        String id = call.need("--transactional-id");
        TransactionDescription described =
                connection.await(admin.describeTransactions(List.of(id)).description(id), "The transactional id " + id);
        OptionalLong start = described.transactionStartTimeMs();
        String partitions = described.topicPartitions().stream()
                .map(TopicPartition::toString)
                .sorted()
                .collect(Collectors.joining(","));
        Rows rows = new Rows(
                "CoordinatorId",
                "TransactionalId",
                "ProducerId",
                "ProducerEpoch",
                "TransactionState",
                "TransactionTimeoutMs",
                "CurrentTransactionStartTimeMs",
                "TransactionDurationMs",
                "TopicPartitions");
        rows.add(
                described.coordinatorId(),
                id,
                described.producerId(),
                described.producerEpoch(),
                described.state(),
                described.transactionTimeoutMs(),
                start.isPresent() ? start.getAsLong() : NONE,
                start.isPresent() ? System.currentTimeMillis() - start.getAsLong() : NONE,
                partitions);
        rows.print(call.out());
    }

    private TopicPartition partition() {
        call.need("--partition");
        return new TopicPartition(call.need("--topic"), call.number("--partition", 0));
    }

    private DescribeProducersOptions replica() {
        DescribeProducersOptions options = new DescribeProducersOptions();
        Integer broker = call.integer("--broker-id");
        return broker == null ? options : options.brokerId(broker);
    }

    private Collection<ProducerState> producers(Admin admin, TopicPartition partition) {
        return connection
                .await(
                        admin.describeProducers(List.of(partition), replica()).partitionResult(partition),
                        "Partition " + partition)
                .activeProducers();
    }

    private void describeProducers(Admin admin) {
        Rows rows = new Rows(
                "ProducerId",
                "ProducerEpoch",
                "LatestCoordinatorEpoch",
                "LastSequence",
                "LastTimestamp",
                "CurrentTransactionStartOffset");
        for (ProducerState producer : producers(admin, partition())) {
            OptionalLong start = producer.currentTransactionStartOffset();
            rows.add(
                    producer.producerId(),
                    producer.producerEpoch(),
                    producer.coordinatorEpoch().orElse(-1),
                    producer.lastSequence(),
                    producer.lastTimestamp(),
                    start.isPresent() ? start.getAsLong() : NONE);
        }
        rows.print(call.out());
    }

    private void findHanging(Admin admin) {
        Integer broker = call.integer("--broker-id");
        if (broker == null && !call.has("--topic")) {
            throw new UsageException("find-hanging needs --broker-id or --topic");
        }
        List<TopicPartition> partitions = partitions(admin, broker);
        long maxTimeoutMs =
                Duration.ofMinutes(call.number("--max-transaction-timeout", 15)).toMillis();
        long nowMs = System.currentTimeMillis();
        Rows rows = new Rows(
                "Topic",
                "Partition",
                "ProducerId",
                "ProducerEpoch",
                "CoordinatorEpoch",
                "StartOffset",
                "LastTimestamp",
                "Duration(min)");
        if (!partitions.isEmpty()) {
            new HangingTransactions(admin, connection, nowMs)
                    .find(partitions, replica(), maxTimeoutMs)
                    .forEach(open -> rows.add(
                            open.partition().topic(),
                            open.partition().partition(),
                            open.producer().producerId(),
                            open.producer().producerEpoch(),
                            open.producer().coordinatorEpoch().orElse(-1),
                            open.producer().currentTransactionStartOffset().getAsLong(),
                            open.producer().lastTimestamp(),
                            Duration.ofMillis(nowMs - open.producer().lastTimestamp())
                                    .toMinutes()));
        }
        rows.print(call.out());
    }

    /// Those of the topic, or of all topics, that the broker leads.
    private List<TopicPartition> partitions(Admin admin, @Nullable Integer broker) {
        String topic = call.text("--topic");
        Integer only = call.integer("--partition");
        Collection<String> topics = topic != null
                ? List.of(topic)
                : connection.await(
                        admin.listTopics(new ListTopicsOptions().listInternal(true))
                                .names(),
                        "The topics");
        if (topics.isEmpty()) {
            return List.of();
        }
        Collection<TopicDescription> described = connection
                .await(
                        admin.describeTopics(TopicCollection.ofTopicNames(topics))
                                .allTopicNames(),
                        "A topic")
                .values();
        return described.stream()
                .flatMap(one -> one.partitions().stream()
                        .filter(partition -> only == null || partition.partition() == only)
                        .filter(partition -> broker == null || leads(partition.leader(), broker))
                        .map(partition -> new TopicPartition(one.name(), partition.partition())))
                .toList();
    }

    private static boolean leads(@Nullable Node leader, int broker) {
        return leader != null && leader.id() == broker;
    }

    private void abort(Admin admin) {
        TopicPartition partition = partition();
        AbortTransactionSpec spec = call.has("--start-offset") ? byOffset(admin, partition) : byProducer(partition);
        connection.await(admin.abortTransaction(spec).all(), "The transaction in " + partition);
    }

    private AbortTransactionSpec byProducer(TopicPartition partition) {
        for (String flag : List.of("--producer-id", "--producer-epoch", "--coordinator-epoch")) {
            if (!call.has(flag)) {
                throw new UsageException(
                        "abort needs --start-offset, or --producer-id, --producer-epoch and --coordinator-epoch");
            }
        }
        Long producerId = call.large("--producer-id");
        return new AbortTransactionSpec(
                partition,
                producerId == null ? -1 : producerId,
                (short) call.number("--producer-epoch", 0),
                Math.max(0, call.number("--coordinator-epoch", 0)));
    }

    private AbortTransactionSpec byOffset(Admin admin, TopicPartition partition) {
        Long offset = call.large("--start-offset");
        return producers(admin, partition).stream()
                .filter(producer -> offset != null
                        && producer.currentTransactionStartOffset().equals(OptionalLong.of(offset)))
                .findFirst()
                .map(producer -> new AbortTransactionSpec(
                        partition,
                        producer.producerId(),
                        (short) producer.producerEpoch(),
                        coordinatorEpoch(producer.coordinatorEpoch())))
                .orElseThrow(() -> new Failure("Could not find any open transactions starting at offset " + offset
                        + " on partition " + partition));
    }

    private static int coordinatorEpoch(OptionalInt known) {
        return Math.max(0, known.orElse(0));
    }
}
