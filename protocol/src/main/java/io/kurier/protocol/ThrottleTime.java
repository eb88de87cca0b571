package io.kurier.protocol;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.apache.kafka.common.protocol.ApiMessage;

/// The field of most answers that tells a client how long to wait before it asks again (KIP-219). Kafka's generated
/// messages have it one by one, without a type in common.
public final class ThrottleTime {
    private static final ClassValue<Optional<MethodHandle>> SETTERS = new ClassValue<>() {
        @Override
        protected Optional<MethodHandle> computeValue(Class<?> type) {
            try {
                return Optional.of(MethodHandles.publicLookup()
                        .findVirtual(type, "setThrottleTimeMs", MethodType.methodType(type, int.class))
                        .asType(MethodType.methodType(void.class, ApiMessage.class, int.class)));
            } catch (NoSuchMethodException _) {
                return Optional.empty();
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(type + " hides a public method", e);
            }
        }
    };

    private ThrottleTime() {}

    /// Sets the field, if the answer has one. Versions of an answer that have no place for it leave it out.
    public static void set(ApiMessage answer, int throttleMs) {
        MethodHandle setter = SETTERS.get(answer.getClass()).orElse(null);
        if (setter == null) {
            return;
        }
        try {
            setter.invokeExact(answer, throttleMs);
        } catch (Throwable e) {
            throw new IllegalStateException("a field cannot be set: " + answer.getClass(), e);
        }
    }
}
