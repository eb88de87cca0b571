package io.kurier.tests.applications.shop;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;

/// Orders (`id -> customer:amount`) meet their payments (`id -> method`) within five minutes, a join of two streams;
/// then, by customer, the table of customers (`customer -> name`). Out come receipts
/// (`customer -> name:id:amount:method`) and what each customer has paid so far.
public final class Shop {
    static final Duration TIME_TO_PAY = Duration.ofMinutes(5);

    private Shop() {}

    static Topology topology() {
        Serde<String> text = Serdes.String();
        var builder = new StreamsBuilder();
        KStream<String, String> orders = builder.stream("orders", Consumed.with(text, text));
        KStream<String, String> payments = builder.stream("payments", Consumed.with(text, text));
        KTable<String, String> customers =
                builder.table("customers", Consumed.with(text, text), Materialized.as("customers-store"));
        KStream<String, String> receipts = orders.join(
                        payments,
                        (order, method) -> order + ":" + method,
                        JoinWindows.ofTimeDifferenceAndGrace(TIME_TO_PAY, Duration.ofHours(24)),
                        StreamJoined.with(text, text, text).withName("paid").withStoreName("paid"))
                .map(Shop::byCustomer)
                .join(
                        customers,
                        (paid, name) -> name + ":" + paid,
                        Joined.with(text, text, text).withName("by-customer"));
        receipts.to("receipts", Produced.with(text, text));
        receipts.groupByKey(Grouped.with(text, text))
                .aggregate(
                        () -> 0L,
                        (customer, receipt, sum) -> sum + Long.parseLong(receipt.split(":")[2]),
                        Materialized
                                .<String, Long,
                                        org.apache.kafka.streams.state.KeyValueStore<
                                                org.apache.kafka.common.utils.Bytes, byte[]>>
                                        as("totals-store")
                                .withKeySerde(text)
                                .withValueSerde(Serdes.Long()))
                .toStream()
                .to("totals", Produced.with(text, Serdes.Long()));
        return builder.build();
    }

    private static KeyValue<String, String> byCustomer(String id, String paid) {
        String[] parts = paid.split(":");
        return KeyValue.pair(parts[0], id + ":" + parts[1] + ":" + parts[2]);
    }
}
