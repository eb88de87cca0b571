package io.kurier.coordinator.group.streams;

/// How far a member is on its way to what it is to run. The numbers are not those of consumer groups.
enum MemberState {
    /// It has all that it is to run, as of its epoch.
    STABLE(1),
    /// It has yet to say that it does not run any more what it is to give up.
    UNREVOKED_TASKS(2),
    /// Others have yet to give up what it is to run.
    UNRELEASED_TASKS(3);

    private final byte id;

    MemberState(int id) {
        this.id = (byte) id;
    }

    /// The number in stored records.
    byte id() {
        return id;
    }

    /// The state of this number.
    ///
    /// @throws IllegalArgumentException if there is none
    static MemberState of(byte id) {
        for (MemberState state : values()) {
            if (state.id == id) {
                return state;
            }
        }
        throw new IllegalArgumentException("the state of a streams group's member is " + id);
    }
}
