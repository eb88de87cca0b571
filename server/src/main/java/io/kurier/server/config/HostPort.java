package io.kurier.server.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An address as people write it.
///
/// @param host a name or number, an IPv6 address without its brackets; empty for every address of the machine
/// @param port 0 for any free port
public record HostPort(String host, int port) {
    private static final Pattern TEXT = Pattern.compile("(?:\\[([0-9A-Fa-f:.%a-z]+)]|([^:/\\s\\[\\]]*)):(\\d{1,5})");

    /// What `HOST:PORT` says; empty if it is none.
    public static Optional<HostPort> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) return Optional.empty();
        int port = Integer.parseInt(matcher.group(3));
        if (port > 65535) return Optional.empty();
        return Optional.of(new HostPort(matcher.group(1) == null ? matcher.group(2) : matcher.group(1), port));
    }

    /// True if this is every address of the machine.
    public boolean isEveryAddress() {
        return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
    }

    /// True if only this machine itself can reach it.
    public boolean isLoopback() {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
