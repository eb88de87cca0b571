package io.kurier.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// What goes wrong on a [SimDisk] besides power losses.
final class SimFaults {
    private static final String IO_ERROR = "Input/output error";
    static final String NO_SPACE = "No space left on device";

    private final List<Predicate<Path>> failNextSync = new ArrayList<>();
    private final List<Predicate<Path>> failReads = new ArrayList<>();
    private final List<Predicate<Path>> failWrites = new ArrayList<>();
    private long capacityBytes = Long.MAX_VALUE;
    private long failAtMutation = Long.MAX_VALUE;
    private long fullAtMutation = Long.MAX_VALUE;

    void failNextSync(Predicate<Path> paths) {
        failNextSync.add(paths);
    }

    void failReads(Predicate<Path> paths) {
        failReads.add(paths);
    }

    void failWrites(Predicate<Path> paths) {
        failWrites.add(paths);
    }

    void failAtMutation(long mutation) {
        failAtMutation = mutation;
    }

    void fullAtMutation(long mutation) {
        fullAtMutation = mutation;
    }

    void capacity(long bytes) {
        capacityBytes = bytes;
        fullAtMutation = Long.MAX_VALUE;
    }

    void heal() {
        failNextSync.clear();
        failReads.clear();
        failWrites.clear();
        failAtMutation = Long.MAX_VALUE;
        capacity(Long.MAX_VALUE);
    }

    /// How many of `wantedBytes` more bytes fit, when this is the disk's `mutation`-th change.
    long fitting(long mutation, LongSupplier usedBytes, long wantedBytes) {
        if (mutation >= fullAtMutation) {
            capacity(usedBytes.getAsLong() + wantedBytes / 2);
        }
        return capacityBytes == Long.MAX_VALUE ? wantedBytes : Math.min(wantedBytes, freeBytes(usedBytes.getAsLong()));
    }

    long capacityBytes() {
        return capacityBytes;
    }

    long freeBytes(long usedBytes) {
        return Math.max(0, capacityBytes - usedBytes);
    }

    void beforeRead(Path path) throws IOException {
        throwIf(matches(failReads, path), "read", path);
    }

    void beforeMutation(long mutation, String what, Path path) throws IOException {
        throwIf(mutation == failAtMutation || matches(failWrites, path), what, path);
    }

    /// True if this sync is to fail; one sync per rule.
    boolean failsSync(long mutation, Path path) {
        return failNextSync.removeIf(rule -> rule.test(path))
                || mutation == failAtMutation
                || matches(failWrites, path);
    }

    IOException syncFailure(Path path) {
        return new IOException("cannot sync " + path + ": " + IO_ERROR);
    }

    private static boolean matches(List<Predicate<Path>> rules, Path path) {
        return rules.stream().anyMatch(rule -> rule.test(path));
    }

    private static void throwIf(boolean fails, String what, Path path) throws IOException {
        if (fails) {
            throw new IOException("cannot " + what + " " + path + ": " + IO_ERROR);
        }
    }
}
