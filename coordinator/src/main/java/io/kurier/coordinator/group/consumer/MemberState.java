package io.kurier.coordinator.group.consumer;

/// How far a member is on its way to what it is to read.
enum MemberState {
    /// It has all that it is to read, as of its epoch.
    STABLE(0),
    /// It has yet to say that it does not read any more what it is to give up.
    UNREVOKED_PARTITIONS(1),
    /// Others have yet to give up what it is to read.
    UNRELEASED_PARTITIONS(2);

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
        throw new IllegalArgumentException("a member's state is " + id);
    }
}
