package io.kurier.tests.chaos;

import java.nio.file.Path;

/// What the clients do.
///
/// @param folder for what they leave behind
/// @param perSecond records of each producer
/// @param history told of everything
/// @param progress told of each acknowledgement
record Load(
        Path folder,
        String bootstrapServers,
        String topic,
        int partitions,
        int perSecond,
        History history,
        Progress progress) {}
