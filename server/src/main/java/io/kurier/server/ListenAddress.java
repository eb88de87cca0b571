package io.kurier.server;

import io.kurier.server.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// The socket address of a listener as it is configured.
final class ListenAddress {
    private ListenAddress() {}

    /// @throws IOException if the host has no address
    static InetSocketAddress of(HostPort hostPort) throws IOException {
        if (hostPort.isEveryAddress()) {
            return new InetSocketAddress(hostPort.port());
        }
        InetSocketAddress address = new InetSocketAddress(hostPort.host(), hostPort.port());
        if (address.isUnresolved()) {
            throw new IOException("The host '" + hostPort.host() + "' of a listener has no address on this machine: "
                    + "check --listen, or `listeners` in the configuration");
        }
        return new InetSocketAddress(InetAddress.getByName(hostPort.host()), hostPort.port());
    }
}
