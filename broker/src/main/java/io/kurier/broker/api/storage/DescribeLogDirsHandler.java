package io.kurier.broker.api.storage;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.replica.DataFolders;
import io.kurier.log.LogDirectory;
import io.kurier.log.LogException;
import io.kurier.log.PartitionFolder;
import io.kurier.log.PartitionLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// DescribeLogDirs (KIP-113, KIP-827): what lies in each data directory, how large it is, and how far a copy that moves
/// there has come. Recovers nothing.
public final class DescribeLogDirsHandler implements ApiHandler<DescribeLogDirsRequestData> {
    private static final Logger LOG = LoggerFactory.getLogger(DescribeLogDirsHandler.class);

    private final DataFolders folders;

    public DescribeLogDirsHandler(DataFolders folders) {
        this.folders = folders;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_LOG_DIRS;
    }

    @Override
    public CompletableFuture<DescribeLogDirsResponseData> handle(
            RequestContext context, DescribeLogDirsRequestData request) {
        DescribeLogDirsResponseData answer = new DescribeLogDirsResponseData();
        Predicate<TopicPartition> wanted = wanted(request);
        for (LogDirectory directory : folders.directories()) {
            DescribeLogDirsResult result = new DescribeLogDirsResult().setLogDir(DataFolders.shownPath(directory));
            if (directory.isOnline()) {
                describe(directory, wanted, result);
            } else {
                result.setErrorCode(Errors.KAFKA_STORAGE_ERROR.code());
            }
            answer.results().add(result);
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static Predicate<TopicPartition> wanted(DescribeLogDirsRequestData request) {
        if (request.topics() == null) {
            return name -> true;
        }
        Set<TopicPartition> wanted = new HashSet<>();
        for (DescribableLogDirTopic topic : request.topics()) {
            topic.partitions().forEach(number -> wanted.add(new TopicPartition(topic.topic(), number)));
        }
        return wanted::contains;
    }

    private void describe(LogDirectory directory, Predicate<TopicPartition> wanted, DescribeLogDirsResult result) {
        try {
            result.setTotalBytes(directory.totalBytes()).setUsableBytes(directory.usableBytes());
        } catch (IOException e) {
            LOG.warn("The size of the disk of {} is not known: {}", directory.path(), e.getMessage());
        }
        Map<String, DescribeLogDirsTopic> topics = new HashMap<>();
        for (TopicPartition name : folders.in(directory)) {
            if (wanted.test(name)) {
                add(result, topics, name, partition(directory, name));
            }
        }
        for (PartitionFolder future : directory.futures()) {
            TopicPartition name = future.partition();
            if (wanted.test(name)) {
                add(
                        result,
                        topics,
                        name,
                        partition(directory, name).setIsFutureKey(true).setOffsetLag(lag(directory, name)));
            }
        }
    }

    private static void add(
            DescribeLogDirsResult result,
            Map<String, DescribeLogDirsTopic> topics,
            TopicPartition name,
            DescribeLogDirsPartition partition) {
        topics.computeIfAbsent(name.topic(), topic -> {
                    DescribeLogDirsTopic made = new DescribeLogDirsTopic().setName(topic);
                    result.topics().add(made);
                    return made;
                })
                .partitions()
                .add(partition);
    }

    private static DescribeLogDirsPartition partition(LogDirectory directory, TopicPartition name) {
        long bytes = 0;
        try {
            bytes = directory.sizeBytes(name);
        } catch (IOException | LogException e) {
            LOG.warn("The size of {} in {} is not known: {}", name, directory.path(), e.getMessage());
        }
        return new DescribeLogDirsPartition()
                .setPartitionIndex(name.partition())
                .setPartitionSize(bytes);
    }

    /// How many records a copy is behind the log that it is made of; -1 while one of them was not recovered yet.
    private long lag(LogDirectory target, TopicPartition name) {
        Optional<PartitionLog> copy = target.log(name).filter(PartitionLog::isReady);
        return folders.directories().stream()
                .filter(directory -> directory != target && directory.has(name))
                .flatMap(directory -> directory.log(name).stream())
                .filter(log -> log.isReady() && copy.isPresent())
                .mapToLong(log -> Math.max(0, log.logEndOffset() - copy.get().logEndOffset()))
                .findFirst()
                .orElse(-1);
    }
}
