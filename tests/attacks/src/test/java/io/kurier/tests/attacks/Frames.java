package io.kurier.tests.attacks;

import io.kurier.protocol.Responses;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// An endless row of frames that no honest client sends. Frame `n` of a seed is always the same bytes, so that any one
/// of them can be repeated alone.
///
/// Most are requests of a random API and version with random values, of which most are then damaged; the rest are
/// floods of tagged fields, lone headers and plain garbage.
public final class Frames {
    private static final List<ApiKeys> KEYS =
            Arrays.stream(ApiKeys.values()).filter(ApiKeys::hasValidVersion).toList();
    /// Those that a node is asked most, by their keys.
    private static final List<Integer> USUAL = List.of(
            0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 23, 32, 33, 34, 35, 37, 42, 43, 44, 47,
            48, 49, 55, 57, 60, 61, 71, 72, 74, 75);

    private static final int BASES = 30_000;
    private static final long KEPT_BYTES = 40 << 20;

    private final long seed;
    private final byte[][] bases = new byte[BASES][];
    private long keptBytes;

    Frames(long seed) {
        this.seed = seed;
    }

    /// A frame without its length.
    byte[] frame(long number) {
        var random = new Random(seed * 0x9E3779B97F4A7C15L + number * 0xD1B54A32D192ED03L);
        int kind = random.nextInt(200);
        if (kind == 0) {
            return tagFlood(random);
        } else if (kind < 6) {
            return garbage(random);
        }
        byte[] frame = base(random.nextInt(BASES));
        return random.nextInt(3) == 0 ? frame : damaged(frame.clone(), random);
    }

    private byte[] base(int index) {
        byte[] kept = bases[index];
        if (kept != null) {
            return kept;
        }
        byte[] made = request(new Random(seed ^ index * 0x9E3779B97F4A7C15L));
        if (keptBytes + made.length < KEPT_BYTES) {
            keptBytes += made.length;
            bases[index] = made;
        }
        return made;
    }

    private static byte[] request(Random random) {
        ApiKeys key = random.nextInt(4) == 0
                ? KEYS.get(random.nextInt(KEYS.size()))
                : ApiKeys.forId(USUAL.get(random.nextInt(USUAL.size())));
        if (random.nextInt(5) == 0) {
            key = random.nextBoolean() ? ApiKeys.PRODUCE : ApiKeys.FETCH;
        }
        short oldest = key.oldestVersion();
        short version = (short) (oldest + random.nextInt(Math.max(1, key.latestVersion() - oldest + 1)));
        return request(key, version, random);
    }

    /// An undamaged request with random values.
    public static byte[] request(ApiKeys key, short version, Random random) {
        RequestHeaderData header = new RequestHeaderData()
                .setRequestApiKey(key.id)
                .setRequestApiVersion(version)
                .setCorrelationId(random.nextInt())
                .setClientId(random.nextInt(4) == 0 ? null : "fuzz");
        ByteBuffer head = Responses.toBytes(header, key.requestHeaderVersion(version));
        ByteBuffer body = body(key, version, random);
        return ByteBuffer.allocate(head.remaining() + body.remaining())
                .put(head)
                .put(body)
                .array();
    }

    /// Not every field exists in every version, and some may not be null: then fewer are set.
    private static ByteBuffer body(ApiKeys key, short version, Random random) {
        for (int percent = 90; percent >= 0; percent -= 15) {
            try {
                ApiMessage message = key.messageType.newRequest();
                new Filler(random).fill(message, percent, 0);
                return Responses.toBytes(message, version);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            } catch (RuntimeException notInThisVersion) {
                // fewer fields
            }
        }
        return ByteBuffer.allocate(random.nextInt(40));
    }

    private static byte[] damaged(byte[] frame, Random random) {
        byte[] bytes = frame;
        for (int times = 1 + random.nextInt(2); times > 0 && bytes.length > 8; times--) {
            int at = random.nextInt(10) == 0 ? random.nextInt(8) : 8 + random.nextInt(bytes.length - 8);
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 3, 9, 10 -> bytes[at] = (byte) random.nextInt();
                case 4 -> bytes = Arrays.copyOf(bytes, at);
                case 5 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(30));
                case 6 -> put(bytes, at, random.nextBoolean() ? Integer.MAX_VALUE : -1 - random.nextInt(3), 4);
                case 7 -> put(bytes, at, 0xffffff7f, 4); // a varint of many bits
                default -> put(bytes, at, random.nextInt(), 2 + random.nextInt(3));
            }
        }
        return bytes;
    }

    private static void put(byte[] bytes, int at, int value, int length) {
        for (int i = 0; i < length && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >> 24 - 8 * i);
        }
    }

    private static byte[] garbage(Random random) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 20_000 : 300)];
        random.nextBytes(bytes);
        if (bytes.length >= 4 && random.nextBoolean()) {
            ByteBuffer.wrap(bytes).putShort((short) random.nextInt(95)).putShort((short) random.nextInt(6));
        }
        return bytes;
    }

    /// ApiVersions with more tagged fields than anybody needs, in the header or in the body.
    private static byte[] tagFlood(Random random) {
        int fields = 1 + random.nextInt(random.nextInt(100) == 0 ? 400_000 : 2_000);
        return tagFlood(fields, random.nextBoolean());
    }

    /// ApiVersions 3 with so many tagged fields of no bytes.
    static byte[] tagFlood(int fields, boolean inHeader) {
        ByteBuffer frame = ByteBuffer.allocate(32 + 2 * fields + 4 * Math.max(0, fields - 100));
        frame.putShort((short) 18).putShort((short) 3).putInt(7).putShort((short) -1);
        if (!inHeader) {
            frame.put((byte) 0).put((byte) 2).put((byte) 'x').put((byte) 2).put((byte) 'y');
        }
        varint(frame, fields);
        for (int i = 0; i < fields; i++) {
            varint(frame, i);
            varint(frame, 0);
        }
        if (inHeader) {
            frame.put((byte) 2).put((byte) 'x').put((byte) 2).put((byte) 'y').put((byte) 0);
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static void varint(ByteBuffer to, int value) {
        int rest = value;
        for (; rest > 127; rest >>>= 7) {
            to.put((byte) (rest & 127 | 128));
        }
        to.put((byte) rest);
    }
}
