package io.kurier.log;

import java.util.Locale;

/// What must have happened to a batch before it counts as stored (`kurier.durability`).
public enum Durability {
    /// It was synced to the disk: every append asks for a flush, and many share one.
    DISK,
    /// It was written into the page cache. A power loss may take what was acknowledged; `flush.messages` and `flush.ms`
    /// bound how much.
    MEMORY;

    /// Reads `disk` or `memory`.
    ///
    /// @throws IllegalArgumentException for anything else
    public static Durability of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "disk" -> DISK;
            case "memory" -> MEMORY;
            default ->
                throw new IllegalArgumentException("kurier.durability is 'disk' or 'memory', not '" + name + "'");
        };
    }
}
