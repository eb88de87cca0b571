package io.kurier.cluster.image;

/// The levels of a feature that a node supports, both inclusive.
public record VersionRange(short min, short max) {
    /// True if the node supports this level.
    public boolean contains(short level) {
        return min <= level && level <= max;
    }
}
