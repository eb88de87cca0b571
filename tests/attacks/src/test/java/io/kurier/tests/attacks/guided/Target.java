package io.kurier.tests.attacks.guided;

import java.util.List;

/// A part of the node that must live with any bytes. What it may refuse by, it refuses by; anything else that is thrown
/// is a finding, and so is an input that takes seconds or memory out of proportion.
interface Target {
    /// Works on one input.
    ///
    /// @throws Exception or an `Error` that this part must not throw
    void accept(byte[] input) throws Exception;

    /// Good inputs, to begin with.
    List<byte[]> seeds() throws Exception;
}
