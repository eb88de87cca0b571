package io.kurier.broker.share.dead;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.share.DeadLetters;
import io.kurier.broker.share.ShareKey;
import io.kurier.broker.share.SharePolicy;
import io.kurier.broker.share.SharePolicy.DeadTo;
import io.kurier.broker.share.machine.Dying;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.World;
import io.kurier.log.Slice;
import io.kurier.protocol.records.Batches;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes dead letters to the topic that their group names (KIP-1191): those of a partition all to one partition, in
/// batches of a moderate size. A letter that is too large for its topic is written without the record's key and value.
public final class DeadLetterWriter implements DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterWriter.class);
    private static final int MAX_BYTES = 256 << 10;

    private final World world;
    private final DeadLetterTopics topics;
    private final LetterBox box;
    private final Function<String, SharePolicy> policyOfGroup;
    /// What was logged last: it is tried again and again, and says the same each time.
    private volatile String complaint = "";

    /// @param policyOfGroup what a group's settings demand, as they are now
    public DeadLetterWriter(
            World world, DeadLetterTopics topics, LetterBox box, Function<String, SharePolicy> policyOfGroup) {
        this.world = world;
        this.topics = topics;
        this.box = box;
        this.policyOfGroup = policyOfGroup;
    }

    @Override
    public CompletableFuture<Long> write(ShareKey key, Partition partition, Dying dying) {
        DeadTo to = policyOfGroup.apply(key.groupId()).deadTo();
        if (to == null) { // the group has no such topic any more
            return CompletableFuture.completedFuture(dying.last() + 1);
        }
        return topics.find(to.topic())
                .thenComposeAsync(
                        topic -> write(new Burial(key, partition, dying, to), topic),
                        world.threads().slow())
                .exceptionally(failure -> {
                    complain(key, to, failure);
                    return dying.first();
                });
    }

    private record Burial(ShareKey key, Partition partition, Dying dying, DeadTo to) {
        /// @param maxBytes about so many of the log, and of letters
        Letters.Some letters(boolean wholeRecord, int maxBytes, long nowMs) {
            partition.checkOpen();
            long end = partition.highWatermark(); // batches end there, which they need not do behind these records
            if (end <= dying.last()) {
                throw new DeadLetterException("it is not known yet whether the records are committed");
            }
            Slice slice = partition.log().read(dying.first(), end, maxBytes, true);
            long readUpTo = slice.isEmpty() ? end : slice.nextOffset();
            Letters.Form form = new Letters.Form(wholeRecord, maxBytes, nowMs);
            return new Letters(key.groupId(), partition.name(), dying, form).of(slice.bytes(), readUpTo);
        }
    }

    private CompletableFuture<Long> write(Burial burial, Optional<TopicImage> found) {
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(burial.dying.first());
        }
        TopicImage topic = found.get();
        boolean whole = burial.to.wholeRecord();
        return attempt(burial, topic, whole, MAX_BYTES)
                .thenComposeAsync(
                        outcome -> outcome.isTooLarge() ? attempt(burial, topic, whole, 1) : done(outcome),
                        world.threads().slow())
                .thenComposeAsync(
                        outcome -> outcome.isTooLarge() ? attempt(burial, topic, false, 1) : done(outcome),
                        world.threads().slow())
                .thenApply(outcome -> {
                    if (outcome.error != Errors.NONE) {
                        throw new DeadLetterException(outcome.error.name() + ": " + outcome.error.message());
                    }
                    return outcome.upTo;
                });
    }

    private record Outcome(Errors error, long upTo) {
        boolean isTooLarge() {
            return error == Errors.MESSAGE_TOO_LARGE || error == Errors.RECORD_LIST_TOO_LARGE;
        }
    }

    private static CompletableFuture<Outcome> done(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    private CompletableFuture<Outcome> attempt(Burial burial, TopicImage topic, boolean wholeRecord, int maxBytes) {
        Letters.Some some = burial.letters(wholeRecord, maxBytes, world.clock().wallMs());
        if (some.letters().isEmpty()) {
            return done(new Outcome(Errors.NONE, some.upTo()));
        }
        ByteBuffer batch = Batches.of(some.letters());
        int partition = burial.key.partition() % topic.partitions().size();
        return box.put(topic, partition, batch).thenApply(error -> new Outcome(error, some.upTo()));
    }

    private void complain(ShareKey key, DeadTo to, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String words = "Undeliverable records of share group " + key.groupId()
                + " wait, because they cannot be written to topic " + to.topic() + ": " + cause.getMessage();
        if (words.equals(complaint)) {
            LOG.debug("{}", words);
        } else {
            complaint = words;
            LOG.warn("{}", words);
        }
    }
}
