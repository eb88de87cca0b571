package io.kurier.cli.records;

import io.kurier.cli.shell.UsageException;
import java.util.List;
import java.util.stream.Stream;

/// Numbers of partitions as people type them.
final class PartitionNumbers {
    private PartitionNumbers() {}

    /// The numbers in the words, which may be parted by commas.
    ///
    /// @throws UsageException if one is none
    static List<Integer> parse(List<String> words) {
        try {
            return words.stream()
                    .flatMap(word -> Stream.of(word.split(",", -1)))
                    .map(word -> Integer.valueOf(word.strip()))
                    .toList();
        } catch (NumberFormatException e) {
            throw new UsageException("'" + String.join(",", words) + "' is no list of partition numbers");
        }
    }
}
