package io.kurier.testkit.sim;

import io.kurier.kernel.Network.Acceptor;
import java.net.InetSocketAddress;

/// One connection: two ends, and the bytes that are on their way.
final class Wire {
    private final SimNetwork network;
    private final int number;
    private final WireEnd client;
    private final WireEnd server;
    private Object listener = this;

    Wire(
            SimNetwork network,
            int number,
            SimProcess from,
            InetSocketAddress fromAddress,
            SimProcess to,
            InetSocketAddress toAddress) {
        this.network = network;
        this.number = number;
        this.client = new WireEnd(this, from, fromAddress, toAddress);
        this.server = new WireEnd(this, to, toAddress, fromAddress);
    }

    SimNetwork network() {
        return network;
    }

    int number() {
        return number;
    }

    WireEnd other(WireEnd end) {
        return end == client ? server : client;
    }

    Line lineFrom(WireEnd end) {
        return network.line(
                end.local().getHostString(), other(end).local().getHostString());
    }

    boolean isClient(WireEnd end) {
        return end == client;
    }

    void accepted(Object by, Acceptor acceptor) {
        listener = by;
        server.open(acceptor);
    }

    void opened(Acceptor acceptor) {
        client.open(acceptor);
    }

    void closeAccepted(Object by) {
        if (listener == by) {
            server.close();
        }
    }

    boolean isBetween(String one, String other) {
        String a = client.local().getHostString();
        String b = server.local().getHostString();
        return a.equals(one) && b.equals(other) || a.equals(other) && b.equals(one);
    }

    void breakBoth() {
        client.broken();
        server.broken();
    }

    void flow() {
        client.pump();
        server.pump();
    }

    void ended() {
        if (client.isDead() && server.isDead()) {
            network.gone(this);
        }
    }
}
