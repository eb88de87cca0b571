package io.kurier.tests.attacks.guided;

import java.util.function.Supplier;

/// The parts that are held against bytes from outside, by the names that `bin/fuzz jazzer` takes in lower case.
enum Targets {
    REQUESTS(RequestTarget::new),
    BATCHES(BatchTarget::new),
    TELEMETRY(TelemetryTarget::new),
    GROUPS(GroupTarget::new),
    SETTINGS(SettingsTarget::new),
    RECOVERY(RecoveryTarget::new);

    private final Supplier<Target> maker;

    Targets(Supplier<Target> maker) {
        this.maker = maker;
    }

    /// A new one.
    Target make() {
        return maker.get();
    }
}
