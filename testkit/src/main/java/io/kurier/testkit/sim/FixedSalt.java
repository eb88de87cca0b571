package io.kurier.testkit.sim;

import java.lang.reflect.Field;

/// Immutable sets and maps of the JDK are walked through in an order that is drawn once for each JVM. Here it becomes
/// always the same, or no run could be repeated in another JVM.
///
/// Where an element lies does not depend on it, so those that exist already stay sound.
final class FixedSalt {
    private static final long SALT = 0x2545F491L;

    private FixedSalt() {}

    /// From now on the order is ours. Nothing but `sun.misc.Unsafe` can write to a constant.
    static void set() {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field only = type.getDeclaredField("theUnsafe");
            only.setAccessible(true);
            Object unsafe = only.get(null);
            Class<?> owner = Class.forName("java.util.ImmutableCollections");
            write(unsafe, owner.getDeclaredField("SALT32L"), "putLong", long.class, SALT);
            write(unsafe, owner.getDeclaredField("REVERSE"), "putBoolean", boolean.class, false);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK's immutable collections are built otherwise", e);
        }
    }

    private static void write(Object unsafe, Field field, String method, Class<?> type, Object value)
            throws ReflectiveOperationException {
        Class<?> owner = unsafe.getClass();
        Object base = owner.getMethod("staticFieldBase", Field.class).invoke(unsafe, field);
        Object offset = owner.getMethod("staticFieldOffset", Field.class).invoke(unsafe, field);
        owner.getMethod(method, Object.class, long.class, type).invoke(unsafe, base, offset, value);
    }
}
