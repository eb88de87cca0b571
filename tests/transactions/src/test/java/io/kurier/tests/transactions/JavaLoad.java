package io.kurier.tests.transactions;

import io.kurier.tests.transactions.Ledger.Id;
import io.kurier.tests.transactions.Ledger.Outcome;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;

/// One Java producer of version 2: transactions of some records over all partitions, every fifth aborted, half of those
/// with records on their way. It behaves as Kafka's documentation of the producer asks: what can be aborted is aborted,
/// what cannot makes it begin anew.
final class JavaLoad {
    private static final int LEAST_RECORDS = 3;
    private static final int MORE_RECORDS = 6;
    private static final int TIMES = 20;

    private final LateRequestsIT.Target target;
    private final int number;
    private final Random random;
    private KafkaProducer<String, String> producer;

    JavaLoad(LateRequestsIT.Target target, int number, long seed) {
        this.target = target;
        this.number = number;
        this.random = new Random(seed + number);
        this.producer = begin();
    }

    private KafkaProducer<String, String> begin() {
        KafkaProducer<String, String> fresh = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", target.bootstrapServers(),
                        "transactional.id", "java-" + number,
                        "request.timeout.ms", 2_000,
                        "retry.backoff.ms", 10,
                        "retry.backoff.max.ms", 100,
                        "reconnect.backoff.ms", 10,
                        "reconnect.backoff.max.ms", 100),
                new StringSerializer(),
                new StringSerializer());
        again(fresh::initTransactions);
        return fresh;
    }

    /// Calls that may time out may be repeated.
    private static void again(Runnable call) {
        for (int i = 1; ; i++) {
            try {
                call.run();
                return;
            } catch (TimeoutException e) {
                if (i == TIMES) {
                    throw e;
                }
            }
        }
    }

    /// Transactions 0, 1, 2, ...
    void run(int transactions) {
        for (int i = 0; i < transactions; i++) {
            int records = LEAST_RECORDS + random.nextInt(MORE_RECORDS);
            Id id = new Id(number, i);
            target.ledger().told(id, records, transact(id, records));
        }
        producer.close();
    }

    private Outcome transact(Id id, int records) {
        boolean abort = random.nextInt(5) == 0;
        boolean flush = !abort || random.nextBoolean();
        try {
            producer.beginTransaction();
            for (int i = 0; i < records; i++) {
                int partition = random.nextInt(target.partitions());
                producer.send(new ProducerRecord<>(target.topic(), partition, null, Ledger.value(id, i)));
            }
            if (flush) {
                producer.flush();
            }
            again(abort ? producer::abortTransaction : producer::commitTransaction);
            return abort ? Outcome.ABORTED : Outcome.COMMITTED;
        } catch (KafkaException e) {
            return giveUp(e);
        }
    }

    private Outcome giveUp(KafkaException why) {
        target.gaveUp(why);
        try {
            again(producer::abortTransaction);
            return Outcome.ABORTED;
        } catch (KafkaException e) {
            target.gaveUp(e);
            producer.close(java.time.Duration.ZERO);
            producer = begin();
            return Outcome.UNKNOWN;
        }
    }
}
