package io.kurier.coordinator.runtime;

import io.kurier.coordinator.StoredRecords;
import io.kurier.protocol.records.LogRecord;

/// The state of one shard of a coordinator: a pure state machine, called by one thread at a time. Its own events are
/// methods of the implementing class, called through [CoordinatorRuntime#submit].
///
/// An event changes the state at once and names the records that make the change last. If they cannot be written the
/// machine is thrown away and a new one is made from the log, so no event needs an undo.
public interface ShardMachine extends StoredRecords {
    /// Takes over one stored record; called in order, before anything else. Records of unknown kinds are skipped.
    @Override
    void replay(LogRecord record);

    /// All records were replayed: the machine is in charge from now on.
    void loaded(Moment now, Effects out);

    /// A timer that was set through [Effects#wakeAt] is due.
    void wake(String key, Moment now, Effects out);
}
