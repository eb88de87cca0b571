package io.kurier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void runsEachSeedOnceAndStopsAtTheFirstFailure() {
        List<Long> seeds = new ArrayList<>();

        assertThatThrownBy(() -> run(seed -> {
                    seeds.add(seed);
                    if (seed == 4) {
                        throw new IOException("on purpose");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasRootCauseMessage("on purpose")
                .hasMessageContaining("seed 4 failed: java.io.IOException: on purpose")
                .hasMessageContaining("-Dkurier.seed=4");
        assertThat(seeds).containsExactly(1L, 2L, 3L, 4L);
    }

    private static void run(Seeds.Run run) {
        Seeds.run(LongStream.rangeClosed(1, 9), run, SeedsTest.class, "some");
    }

    @Test
    void theCallingTestIsNamed() {
        assertThatThrownBy(() -> Seeds.each(1, _ -> {
                    throw new AssertionError("on purpose");
                }))
                .hasMessageContaining("-Dtest='SeedsTest")
                .hasMessageContaining("-Dkurier.seed=");
    }

    @Test
    void theCommandNamesModuleTestAndSeed() {
        assertThat(Seeds.command(SeedsTest.class, "some", 7))
                .isEqualTo("mvn -pl testkit -am test -Dtest='SeedsTest#some' "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -Dkurier.seed=7");
        assertThat(Seeds.command(ExampleSim.class, "lambda$x$0", 7))
                .contains("verify -Dtest=none -Dit.test='ExampleSim' -Dfailsafe.failIfNoSpecifiedTests=false");
    }

    private static final class ExampleSim {}

    @Test
    void waitingEndsWithTheConditionOrSaysWhatWasWaitedFor() {
        AtomicInteger looks = new AtomicInteger();
        Await.until(Duration.ofSeconds(20), "three looks", () -> looks.incrementAndGet() == 3);
        assertThat(looks).hasValue(3);

        assertThatThrownBy(() -> Await.until(Duration.ofMillis(10), "a miracle", () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessage("waited 0.01 s in vain for a miracle");
    }

    @Test
    void aFreePortCanBeListenedOn() throws IOException {
        try (ServerSocket socket = new ServerSocket(FreePorts.next(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
        }
    }
}
