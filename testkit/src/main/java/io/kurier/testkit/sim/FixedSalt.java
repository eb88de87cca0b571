package io.kurier.testkit.sim;

import java.lang.reflect.Field;
import sun.misc.Unsafe;

/// Immutable sets and maps of the JDK are walked through in an order that is drawn once for each JVM. Here it becomes
/// always the same, or no run could be repeated in another JVM.
///
/// Where an element lies does not depend on it, so those that exist already stay sound.
final class FixedSalt {
    private static final long SALT = 0x2545F491L;

    private FixedSalt() {}

    /// From now on the order is ours.
    @SuppressWarnings({"removal", "deprecation"}) // nothing else can write to a constant
    static void set() {
        try {
            Field theUnsafe = Unsafe.class.getDeclaredField("theUnsafe");
            theUnsafe.setAccessible(true);
            Unsafe unsafe = (Unsafe) theUnsafe.get(null);
            Class<?> owner = Class.forName("java.util.ImmutableCollections");
            Field salt = owner.getDeclaredField("SALT32L");
            Field reverse = owner.getDeclaredField("REVERSE");
            unsafe.putLong(unsafe.staticFieldBase(salt), unsafe.staticFieldOffset(salt), SALT);
            unsafe.putBoolean(unsafe.staticFieldBase(reverse), unsafe.staticFieldOffset(reverse), false);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK's immutable collections are built otherwise", e);
        }
    }
}
