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

    /// Writes the seeds of the target that the first argument names into the folder that the second names; or, if more
    /// folders follow, works on all that lies in them once, so that its coverage can be measured.
    public static void main(String[] args) throws Exception {
        Target named = Targets.valueOf(args[0].toUpperCase(Locale.ROOT)).make();
        if (args.length == 2) {
            write(Files.createDirectories(Path.of(args[1])), named.seeds());
        }
        for (int i = 2; i < args.length; i++) {
            try (var files = Files.list(Path.of(args[i]))) {
                for (Path file : files.sorted().toList()) {
                    named.accept(Files.readAllBytes(file));
                }
            }
        }
    }

    private static void write(Path folder, List<byte[]> seeds) throws IOException {
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(folder.resolve("seed-" + i), seeds.get(i));
        }
    }
}
