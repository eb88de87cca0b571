package io.kurier.tests.applications.shop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kurier.tests.applications.kills.Application;
import io.kurier.tests.applications.kills.ThreeNodes;
import io.kurier.tests.applications.kills.Victim;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The shop on three nodes, exactly once, while in turn a broker, the coordinator of its transactions, that of its
/// group and the application itself get `kill -9`. By command, so many times each: `-Dkurier.kills=30`.
@Timeout(3_600)
class ShopKillsIT {
    private static final int KILLS = Integer.getInteger("kurier.kills", 0);
    private static final int ORDERS = 28;

    @TempDir
    Path folder;

    @Test
    void eachReceiptOnceWhoeverIsKilled() throws Exception {
        assumeTrue(KILLS > 0, "only with -Dkurier.kills=N");
        long seed = Long.getLong("kurier.seed", System.nanoTime());
        System.out.println("ShopKillsIT: repeat with -Dkurier.seed=" + seed + " -Dkurier.kills=" + KILLS);
        var random = new Random(seed);
        try (var nodes = new ThreeNodes(folder)) {
            nodes.create("orders", "payments", "customers", "receipts", "totals");
            nodes.awaitWhole();
            try (var producer = new KafkaProducer<>(
                            Map.of("bootstrap.servers", nodes.bootstrapServers()),
                            new StringSerializer(),
                            new StringSerializer());
                    var results = new Results(nodes.bootstrapServers());
                    var shop = new Application(
                            ShopProcess.class,
                            folder.resolve("shop.txt"),
                            nodes.bootstrapServers(),
                            folder.resolve("state").toString())) {
                var books = new Books(producer);
                books.customers("");
                books.orders(0, ORDERS);
                books.flush();
                results.await(books);
                int from = ORDERS;
                for (int kill = 1; kill <= KILLS; kill++) {
                    List<Victim> victims = new ArrayList<>(List.of(Victim.values()));
                    Collections.shuffle(victims, random);
                    for (Victim victim : victims) {
                        nodes.awaitWhole();
                        books.orders(from, from + ORDERS);
                        results.awaitReceipts(results.receipts().size() + random.nextInt(ORDERS / 2));
                        nodes.kill(victim, shop, "receipts");
                        books.payTheRest(from, from + ORDERS);
                        books.flush();
                        results.await(books);
                        from += ORDERS;
                    }
                }
                results.check(books);
                System.out.printf(
                        "ShopKillsIT: %,d receipts, each once, over %d kills of each kind%n",
                        results.receipts().size(), KILLS);
            }
        }
    }
}
