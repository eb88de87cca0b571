package io.kurier.log.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Tells the one disk error that heals by itself from all others.
public final class DiskFull {
    private DiskFull() {}

    /// True if there was no space, or no quota, left.
    public static boolean is(IOException failure) {
        for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
            String message = e.getMessage();
            if (message != null && (message.contains("No space left") || message.contains("quota exceeded"))) {
                return true;
            }
        }
        return false;
    }
}
