package io.kurier.cli.shell;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/// Kafka's exceptions in words for people.
final class ErrorText {
    private ErrorText() {}

    /// The failure behind wrappers that only carry it.
    static Throwable cause(Throwable error) {
        Throwable cause = error;
        while ((cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause.getClass() == KafkaException.class)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /// What is wrong with `subject` (`topic words`, `group g`), as one line.
    static String of(Throwable error, String subject, String node) {
        Throwable cause = cause(error);
        return switch (cause) {
            case Failure failure -> String.valueOf(failure.getMessage());
            case UnknownTopicOrPartitionException unknown -> subject + " does not exist";
            case UnknownTopicIdException unknown -> subject + " does not exist";
            case GroupIdNotFoundException unknown -> subject + " does not exist";
            case TopicExistsException exists -> subject + " exists already";
            case GroupNotEmptyException busy -> subject + " still has members: stop them first";
            case UnknownMemberIdException busy -> subject + " still has members: stop them first";
            case GroupSubscribedToTopicException busy -> subject + " has members that read this topic: stop them first";
            case AuthenticationException refused -> "The node at " + node + " refused the login: " + message(refused);
            case UnsupportedVersionException unknown ->
                subject + ": the node at " + node + " does not answer this request (" + message(unknown) + ")";
            case TimeoutException late -> subject + ": no answer from " + node + " in time (" + message(late) + ")";
            case RecordTooLargeException large -> subject + ": " + message(large);
            case OffsetOutOfRangeException out -> subject + ": " + message(out);
            default -> subject + ": " + message(cause);
        };
    }

    private static String message(Throwable cause) {
        String text = cause.getMessage();
        return text == null || text.isBlank()
                ? cause.getClass().getSimpleName()
                : text.lines().findFirst().orElse(text);
    }
}
