package io.kurier.cluster.config.definition;

/// A broker's setting that a topic's or group's setting is taken from where it has no value of its own.
///
/// @param name the broker's setting
/// @param factor from the unit of the broker's setting to that of the other: 60,000 from minutes to milliseconds
public record BrokerName(String name, long factor) {
    /// The value in the other setting's unit. Negative numbers mean "no limit" and become -1.
    ///
    /// @param value normal, of the broker's setting
    /// @throws ArithmeticException if it does not fit into a LONG
    public String convert(String value) {
        if (factor == 1) return value;
        long number = Long.parseLong(value);
        return number < 0 ? "-1" : Long.toString(Math.multiplyExact(number, factor));
    }
}
