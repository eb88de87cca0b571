package io.kurier.tests.attacks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Fills generated messages with values by their setters: likely ones, so that requests get far, and extreme ones.
final class Filler {
    private static final Map<Class<?>, List<Method>> SETTERS = new ConcurrentHashMap<>();
    private static final Map<String, Class<?>> ELEMENTS = new ConcurrentHashMap<>();
    private static final List<String> WORDS = List.of(
            "a",
            "b",
            "c",
            "topic-1",
            "topic-2",
            "group-1",
            "group-2",
            "member-1",
            "range",
            "consumer",
            "",
            "0",
            "__consumer_offsets",
            "__cluster_metadata",
            "retention.ms",
            "cleanup.policy",
            "compact",
            "1",
            "-1",
            "segment.bytes",
            "max.message.bytes",
            "../../etc",
            "x".repeat(300),
            "\u0000\uffff",
            "9223372036854775807");
    private static final int[] INTS = {0, 1, 2, 3, 4, -1, -2, 10, 100, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30};
    private static final long[] LONGS = {0, 1, 2, -1, -2, 1000, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40};
    private static final int DEEPEST = 6;

    private final Random random;

    Filler(Random random) {
        this.random = random;
    }

    /// Sets about `percent` of the fields.
    void fill(Message message, int percent, int depth) throws ReflectiveOperationException {
        for (Method setter : SETTERS.computeIfAbsent(message.getClass(), Filler::setters)) {
            if (random.nextInt(100) < percent) {
                Object value = value(setter, percent, depth);
                if (value != null || random.nextInt(4) == 0 && !setter.getParameterTypes()[0].isPrimitive()) {
                    set(message, setter, value);
                }
            }
        }
    }

    private static void set(Message message, Method setter, Object value) throws ReflectiveOperationException {
        try {
            setter.invoke(message, value);
        } catch (InvocationTargetException notTaken) {
            // such as a port beyond 65,535: the field keeps what it has
        }
    }

    private static List<Method> setters(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
                .filter(method -> !method.isBridge() && method.getReturnType() == type)
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private Object value(Method setter, int percent, int depth) throws ReflectiveOperationException {
        Class<?> type = setter.getParameterTypes()[0];
        if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == byte.class) {
            return (byte) integer();
        } else if (type == short.class) {
            return (short) integer();
        } else if (type == int.class) {
            // Long waits are honest requests; a fuzzer that waits finds nothing.
            return setter.getName().endsWith("Ms") ? random.nextInt(50) : integer();
        } else if (type == long.class) {
            return random.nextInt(4) == 0 ? random.nextLong() : LONGS[random.nextInt(LONGS.length)];
        } else if (type == double.class) {
            return random.nextGaussian();
        } else if (type == String.class) {
            return WORDS.get(random.nextInt(random.nextInt(3) == 0 ? WORDS.size() : 10));
        } else if (type == Uuid.class) {
            return random.nextInt(3) == 0 ? Uuid.ZERO_UUID : new Uuid(random.nextLong(), random.nextLong());
        } else if (type == byte[].class) {
            return bytes(random.nextInt(60));
        } else if (type == ByteBuffer.class) {
            return ByteBuffer.wrap(bytes(random.nextInt(60)));
        } else if (BaseRecords.class.isAssignableFrom(type)) {
            return MemoryRecords.readableRecords(ByteBuffer.wrap(RandomBatches.some(random)));
        } else if (Collection.class.isAssignableFrom(type)) {
            return collection(setter, type, percent, depth);
        } else if (Message.class.isAssignableFrom(type)) {
            Message nested = (Message) type.getDeclaredConstructor().newInstance();
            fill(nested, percent, depth + 1);
            return nested;
        }
        return null;
    }

    private int integer() {
        int kind = random.nextInt(8);
        return kind == 0 ? random.nextInt() : kind < 5 ? random.nextInt(4) : INTS[random.nextInt(INTS.length)];
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @SuppressWarnings("unchecked")
    private Collection<Object> collection(Method setter, Class<?> type, int percent, int depth)
            throws ReflectiveOperationException {
        Collection<Object> all = type == List.class
                ? new ArrayList<>()
                : (Collection<Object>) type.getDeclaredConstructor().newInstance();
        int count = depth > DEEPEST ? 0 : random.nextInt(50) == 0 ? random.nextInt(200) : random.nextInt(4);
        Class<?> element = element(setter, type);
        for (int i = 0; i < count; i++) {
            all.add(single(element, percent, depth));
        }
        return all;
    }

    private Object single(Class<?> element, int percent, int depth) throws ReflectiveOperationException {
        if (element == Integer.class) {
            return integer();
        } else if (element == Long.class) {
            return LONGS[random.nextInt(LONGS.length)];
        } else if (element == Short.class) {
            return (short) integer();
        } else if (element == Byte.class) {
            return (byte) integer();
        } else if (element == String.class) {
            return WORDS.get(random.nextInt(WORDS.size()));
        } else if (element == Uuid.class) {
            return new Uuid(random.nextLong(), random.nextLong());
        } else if (Message.class.isAssignableFrom(element)) {
            Message nested = (Message) element.getDeclaredConstructor().newInstance();
            fill(nested, percent, depth + 1);
            return nested;
        }
        throw new IllegalStateException("an array of " + element + " is not known here");
    }

    private static Class<?> element(Method setter, Class<?> type) {
        return ELEMENTS.computeIfAbsent(setter.getDeclaringClass().getName() + setter.getName(), key -> {
            Type declared = type == List.class ? setter.getGenericParameterTypes()[0] : type.getGenericSuperclass();
            return (Class<?>) ((ParameterizedType) declared).getActualTypeArguments()[0];
        });
    }
}
