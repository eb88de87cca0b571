package io.kurier.testkit;

import java.io.IOException;
import java.nio.file.Path;

/// Whether a [SimDisk] has power, since which boot, and at which mutation it ends.
final class SimPower {
    /// What there is to say about a disk.
    enum State {
        /// It works.
        ON,
        /// Its power was lost.
        LOST,
        /// The process that used it was killed.
        KILLED
    }

    private State state = State.ON;
    private long boot;
    private long mutations;
    private long endsAtMutation = Long.MAX_VALUE;
    private State end = State.ON;

    void lose() {
        state = State.LOST;
    }

    void kill() {
        state = State.KILLED;
    }

    void loseAfter(long n) {
        endsAtMutation = mutations + n;
        end = State.LOST;
    }

    void killAfter(long n) {
        endsAtMutation = mutations + n;
        end = State.KILLED;
    }

    void reboot() {
        state = State.ON;
        boot++;
        disarm();
    }

    /// Takes back [#loseAfter] and [#killAfter].
    void disarm() {
        endsAtMutation = Long.MAX_VALUE;
    }

    boolean isOut() {
        return state != State.ON;
    }

    long boot() {
        return boot;
    }

    long mutations() {
        return mutations;
    }

    void countMutation() {
        mutations++;
    }

    /// The state in which the mutation that was counted last takes place.
    State atMutation() {
        if (mutations >= endsAtMutation) {
            state = end;
        }
        return state;
    }

    void check(Path path) throws IOException {
        switch (state) {
            case ON -> {}
            case LOST -> throw new PowerLostException("cannot use " + path + ": the power is lost");
            case KILLED -> throw new PowerLostException("cannot use " + path + ": the process was killed");
        }
    }

    void check(Path path, long openedInBoot) throws IOException {
        if (openedInBoot != boot) {
            throw new PowerLostException("cannot use " + path + ": it was opened before the disk was rebooted");
        }
        check(path);
    }
}
