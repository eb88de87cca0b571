package io.kurier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PageCallsTest {
    /// A JVM in which nobody has asked yet.
    static final class Fresh {
        private Fresh() {}

        public static void main(String[] args) {
            boolean isLinkedAtOnce = PageCalls.getNow() != null;
            boolean isLinked = PageCalls.get() != null;
            System.out.print(isLinkedAtOnce + " " + isLinked + " " + (PageCalls.getNow() == PageCalls.get()));
        }
    }

    @Test
    void whoDoesNotWantToWaitGetsNothingUntilAllIsLinked() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        Process fresh = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Fresh.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        String said = new String(fresh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(fresh.waitFor()).isZero();
        assertThat(said).isEqualTo("false true true");
    }
}
