package io.kurier.testkit;

import java.io.IOException;

/// The power of a [SimDisk] is gone: thrown by everything that is asked of it until it is rebooted, and by files that
/// were opened before the loss for ever.
public final class PowerLostException extends IOException {
    PowerLostException(String message) {
        super(message);
    }
}
