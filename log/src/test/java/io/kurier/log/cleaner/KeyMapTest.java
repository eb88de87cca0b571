package io.kurier.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMapTest {
    private static KeyMap map(long bytes) {
        return new KeyMap(bytes, 0.9, new KeyHash(1, 2));
    }

    private static ByteBuffer key(String key) {
        return ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
    }

    /// The larger ones outgrow their first table, the last one two of them.
    @ParameterizedTest
    @ValueSource(ints = {1000, 20_000, 400_000})
    void knowsTheNewestOffsetOfEachKeyUpToTheLastOneThatFits(int entries) {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, Long> expected = new HashMap<>();
        int fitting = (int) ((entries - 16) * 16 / 17 * 0.9);
        try (KeyMap map = map((long) entries * KeyMap.ENTRY_BYTES)) {
            for (long offset = 0; map.room() > 0; offset++) {
                String key = "key-" + random.nextInt(3 * entries);
                map.put(key(key), offset);
                expected.put(key, offset);
            }
            assertThat(expected).hasSize(fitting);
            assertThat(map.keys()).isEqualTo(fitting);
            for (int i = 0; i < 3 * entries; i++) {
                String key = "key-" + i;
                assertThat(map.get(key(key))).isEqualTo(expected.getOrDefault(key, -1L));
            }
            String known = expected.keySet().iterator().next();
            map.put(key(known), 1_000_000);
            assertThat(map.get(key(known))).isEqualTo(1_000_000);
            assertThatThrownBy(() -> map.put(key("another"), 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void offsetZeroAndTheEmptyKeyAreNothingSpecial() {
        try (KeyMap map = map(0)) {
            assertThat(map.get(key(""))).isEqualTo(-1);
            map.put(key(""), 0);
            assertThat(map.get(key(""))).isZero();
            assertThat(map.get(key("x"))).isEqualTo(-1);
        }
    }
}
