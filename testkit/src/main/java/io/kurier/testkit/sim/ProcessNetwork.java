package io.kurier.testkit.sim;

import io.kurier.kernel.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/// The network as one process sees it.
record ProcessNetwork(SimNetwork network, SimProcess process) implements Network {
    @Override
    public Listening listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
        return network.listen(process, address, acceptor);
    }

    @Override
    public void connect(InetSocketAddress address, Outgoing limits, Acceptor opened, Consumer<IOException> failed) {
        network.connect(process, address, limits.timeoutMs(), opened, failed);
    }
}
