package io.kurier.cli.cluster;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Table;

/// `kurier cluster apis`.
final class DescribeApis {
    static final Command COMMAND =
            Command.connected("apis", "Which requests each node answers, in which versions.", DescribeApis::run);

    private DescribeApis() {}

    private static void run(Call call) {
        Table table = new Table("node", "api", "key", "min", "max", "usable");
        NodeApis.ask(call.connection())
                .forEach((node, apis) -> apis.allSupportedApiVersions()
                        .forEach((api, range) -> table.row(
                                node.id(),
                                api.name,
                                api.id,
                                range.minVersion(),
                                range.maxVersion(),
                                Math.min(range.maxVersion(), api.latestVersion()))));
        call.output().table(table, "There are no nodes");
    }
}
