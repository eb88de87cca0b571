package io.kurier.broker.share.machine;

import io.kurier.broker.share.machine.RecordState.Plain;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which records of a share partition become dead letters next (KIP-1191): some at a time, lowest offsets first.
final class Burials {
    private final Runs runs;
    private @Nullable Dying underWay;
    /// False if surely nothing dies.
    private boolean expected = true;

    Burials(Runs runs) {
        this.runs = runs;
    }

    /// There may be some.
    void expect() {
        expected = true;
    }

    Optional<Dying> next() {
        if (underWay != null || !expected) {
            return Optional.empty();
        }
        for (Run run : runs.all()) {
            if (run.state().isDying()) {
                underWay = new Dying(run.first(), run.last(), run.deliveries(), run.state() == Plain.REJECTED);
                return Optional.of(underWay);
            }
        }
        expected = false;
        return Optional.empty();
    }

    /// Those that were under way have been tried.
    ///
    /// @return those that are written now
    List<Run> ended(long upTo) {
        Dying tried = underWay;
        underWay = null;
        if (tried == null) {
            return List.of();
        }
        return runs.between(tried.first(), Math.min(tried.last(), upTo - 1)).stream()
                .filter(run -> run.state().isDying())
                .toList();
    }

    boolean isDone() {
        return underWay == null
                && runs.all().stream().noneMatch(run -> run.state().isDying());
    }
}
