package io.kurier.cluster.config;

import io.kurier.cluster.config.definition.BrokerName;
import io.kurier.cluster.config.definition.InvalidSettingException;
import io.kurier.cluster.config.definition.Setting;
import io.kurier.cluster.config.definition.Settings;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/// What can be said about one value before it is kept.
final class SettingChecks {
    private SettingChecks() {}

    /// The value in its normal form; as it is if it is not allowed, which the check of all values will say.
    static String normalOrAsItIs(Setting setting, String value) {
        try {
            return setting.normalize(value);
        } catch (InvalidSettingException willBeRefused) {
            return value;
        }
    }

    /// The value of a topic's or group's setting that was given by the name, and in the unit, of a broker's.
    ///
    /// @throws InvalidConfigurationException if either does not allow it
    static String translated(Setting meant, String brokerName, String value) {
        try {
            String normal = Settings.BROKER.get(brokerName).normalize(value);
            for (BrokerName name : meant.brokerNames())
                if (name.name().equals(brokerName)) return meant.normalize(name.convert(normal));
            throw new IllegalStateException(brokerName + " is no name of " + meant.name());
        } catch (InvalidSettingException notAllowed) {
            throw new InvalidConfigurationException(notAllowed.getMessage());
        } catch (ArithmeticException tooLarge) {
            throw new InvalidConfigurationException(
                    "Value '" + value + "' of '" + brokerName + "' is too large for '" + meant.name() + "'");
        }
    }

    /// Checks that a broker's setting can be changed while the broker runs.
    ///
    /// @param clusterWide true if it is to be changed for all brokers
    static void checkUpdatable(Setting setting, boolean clusterWide) throws InvalidSettingException {
        switch (setting.update()) {
            case READ_ONLY ->
                throw new InvalidSettingException("Setting '" + setting.name()
                        + "' cannot be changed while a broker runs: set it in the broker's file and restart it");
            case PER_BROKER -> {
                if (clusterWide)
                    throw new InvalidSettingException("Setting '" + setting.name()
                            + "' cannot be changed for all brokers at once: name a broker");
            }
            case CLUSTER_WIDE -> {}
        }
    }
}
