package io.kurier.cluster.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentMapTest {
    /// A key whose hashes collide often: wholly, in the low bits, or not at all.
    private record Key(int number, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static Key key(int number) {
        return new Key(number, number % 3 == 0 ? 7 : number % 3 == 1 ? number << 20 : number * 31);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAHashMapAndOldVersionsStay(long seed) {
        Random random = new Random(seed);
        PersistentMap<Key, Integer> map = PersistentMap.empty();
        Map<Key, Integer> model = new HashMap<>();
        PersistentMap<Key, Integer> oldMap = map;
        Map<Key, Integer> oldModel = Map.of();
        for (int i = 0; i < 4_000; i++) {
            Key key = key(random.nextInt(300));
            if (random.nextInt(5) < 3) {
                map = map.with(key, i);
                model.put(key, i);
            } else {
                map = map.without(key);
                model.remove(key);
            }
            if (i % 500 == 250) {
                oldMap = map;
                oldModel = new HashMap<>(model);
            }
            if (i % 100 == 0) {
                assertThat(map).isEqualTo(model).hasSameSizeAs(model);
                assertThat(oldMap).isEqualTo(oldModel);
            }
            assertThat(map.get(key)).isEqualTo(model.get(key));
        }
        for (Key key : model.keySet()) {
            map = map.without(key);
        }
        assertThat(map).isEmpty();
        assertThat(map.get(key(1))).isNull();
    }

    @Test
    void withoutAnAbsentKeyIsTheSameMap() {
        PersistentMap<Key, Integer> map = PersistentMap.<Key, Integer>empty().with(key(3), 1);
        assertThat(map.without(key(6))).isSameAs(map);
    }
}
