package io.kurier.cli.alias;

import io.kurier.cli.cluster.NodeApis;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;

/// `kafka-broker-api-versions`: `kurier cluster apis` in Kafka's lines.
final class KafkaBrokerApiVersions {
    static final Command COMMAND = Command.kafka(
                    "kafka-broker-api-versions",
                    "Which requests each node answers, in which versions.",
                    KafkaBrokerApiVersions::run)
            .with(Flags.SERVER, Flags.CONFIG);

    private KafkaBrokerApiVersions() {}

    private static void run(Call call) {
        NodeApis.ask(Flags.connection(call))
                .forEach((node, apis) -> call.out()
                        .println(node.host() + ":" + node.port() + " (id: " + node.id() + " rack: " + node.rack()
                                + " isFenced: " + node.isFenced() + ") -> " + apis.toString(true)));
    }
}
