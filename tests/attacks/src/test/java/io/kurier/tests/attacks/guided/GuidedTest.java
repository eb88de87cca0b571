package io.kurier.tests.attacks.guided;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The targets of coverage-guided fuzzing with what is known: their seeds, what was found once
/// (`src/test/resources/found/TARGET`), and a little damage to both. `bin/fuzz jazzer` looks for more.
class GuidedTest {
    private static final int DAMAGED = 2_000;

    @ParameterizedTest
    @EnumSource(Targets.class)
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void knownInputs(Targets name) throws Exception {
        Target target = name.make();
        List<byte[]> inputs = new ArrayList<>(target.seeds());
        inputs.addAll(found(name));
        assertThat(inputs).isNotEmpty();
        for (byte[] input : inputs) {
            target.accept(input.clone());
        }
        for (int seed = 0; seed < DAMAGED; seed++) {
            Random random = new Random(seed);
            byte[] input = inputs.get(random.nextInt(inputs.size())).clone();
            for (int times = 1 + random.nextInt(3); times > 0 && input.length > 0; times--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt();
            }
            try {
                target.accept(input);
            } catch (Exception | Error e) {
                throw new AssertionError("damage of seed " + seed, e);
            }
        }
    }

    private static List<byte[]> found(Targets name) throws IOException {
        Path folder = Path.of(
                System.getProperty("kurier.root"),
                "tests/attacks/src/test/resources/found",
                name.toString().toLowerCase(Locale.ROOT));
        List<byte[]> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    found.add(Files.readAllBytes(file));
                }
            }
        }
        return found;
    }
}
