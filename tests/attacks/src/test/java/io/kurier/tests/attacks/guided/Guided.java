package io.kurier.tests.attacks.guided;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What Jazzer calls (`bin/fuzz jazzer`): its arguments name the target and a folder that gets the target's seeds.
public final class Guided {
    private static Target target;

    private Guided() {}

    /// Called once.
    public static void fuzzerInitialize(String[] args) {
        target = Targets.valueOf(args[0].toUpperCase(Locale.ROOT)).make();
    }

    /// Called with each input.
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.accept(input);
    }

    /// Writes the seeds of the target that the first argument names into the folder that the second names.
    public static void main(String[] args) throws Exception {
        List<byte[]> seeds =
                Targets.valueOf(args[0].toUpperCase(Locale.ROOT)).make().seeds();
        Path folder = Files.createDirectories(Path.of(args[1]));
        for (int i = 0; i < seeds.size(); i++) {
            write(folder.resolve("seed-" + i), seeds.get(i));
        }
    }

    private static void write(Path file, byte[] seed) throws IOException {
        Files.write(file, seed);
    }
}
