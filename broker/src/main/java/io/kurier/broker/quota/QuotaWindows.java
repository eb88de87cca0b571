package io.kurier.broker.quota;

/// How much time a client may save up while it does not use its quota.
///
/// @param clientNs for rates of bytes, request time and connections; Kafka's windows that are complete
/// @param controllerNs for changes of partitions
/// @param maxRequestThrottleNs the longest wait for request time that is asked for at once (KIP-124): one window
public record QuotaWindows(long clientNs, long controllerNs, long maxRequestThrottleNs) {
    private static final long SECOND_NS = 1_000_000_000L;

    /// Kafka's settings: `quota.window.num`, `quota.window.size.seconds`, and the same of `controller.`. The newest of
    /// a client's windows is never complete; the controller's bucket (KIP-599) holds all of them.
    public static QuotaWindows of(int number, int sizeSeconds, int controllerNumber, int controllerSizeSeconds) {
        return new QuotaWindows(
                Math.max(1, number - 1) * (sizeSeconds * SECOND_NS),
                controllerNumber * (controllerSizeSeconds * SECOND_NS),
                sizeSeconds * SECOND_NS);
    }
}
