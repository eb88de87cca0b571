package io.kurier.tests.simulation;

import io.kurier.testkit.planted.BrokenSources.Edit;
import java.util.List;

/// A defect that is put into a copy of the sources: the simulation must find it. Where two guards keep one promise, so
/// that the loss of either does no harm, both are taken.
enum PlantedBug {
    FOLLOWER_ACKNOWLEDGES_BEFORE_ITS_SYNC(
            "broker/src/main/java/io/kurier/broker/replica/Followed.java",
            "|| log.durableEndOffset() >= end;",
            "|| end >= 0;"),
    LEADERS_OWN_SYNC_DOES_NOT_COUNT(
            "broker/src/main/java/io/kurier/broker/replica/Partition.java",
            "return isMemoryDurable() ? log.logEndOffset() : log.durableEndOffset();",
            "return log.logEndOffset();"),
    FSYNC_IS_SKIPPED(
            "log/src/main/java/io/kurier/log/partition/LogFlush.java",
            "                    file.sync();\n",
            "                    file.size();\n"),
    FOLLOWER_CUTS_AT_ITS_HIGH_WATERMARK(
            "broker/src/main/java/io/kurier/broker/replica/Followed.java",
            "                log.follow(epoch);\n",
            "                log.follow(epoch);\n                log.truncateTo(Math.min(log.highWatermark(), log.logEndOffset()));\n"),
    FOLLOWER_NEVER_CUTS(
            "broker/src/main/java/io/kurier/broker/replica/Followed.java",
            "        log.truncateTo(end);\n",
            "        end = log.logEndOffset();\n"),
    HIGH_WATERMARK_IS_TOLD_BEFORE_IT_IS_KNOWN(
            "broker/src/main/java/io/kurier/broker/replica/leader/LeaderState.java",
            "return highWatermark >= epochStart;",
            "return highWatermark >= 0;"),
    ANY_MAJORITY_COMMITS(
            "broker/src/main/java/io/kurier/broker/replica/leader/LeaderState.java",
            "            if (follower.counts) {\n                end = Math.min(end, follower.end);",
            "            if (follower.counts && follower.id % 2 == 0) {\n                end = Math.min(end, follower.end);"),
    COMMITS_BELOW_THE_LEAST_IN_SYNC(
            "broker/src/main/java/io/kurier/broker/replica/leader/LeaderState.java",
            "if (state.isr().size() < Math.min(minInSync, followers.length + 1)) {",
            "if (state.isr().isEmpty()) {"),
    PROPOSED_MEMBERS_DO_NOT_COUNT(
            "broker/src/main/java/io/kurier/broker/replica/leader/LeaderState.java",
            "                    || asked != null && asked.names(follower.id)\n",
            ""),
    A_LAGGING_REPLICA_JOINS_THE_ISR(
            "broker/src/main/java/io/kurier/broker/replica/leader/LeaderState.java",
            "        } else if (follower.end >= highWatermark\n                && follower.end >= epochStart\n",
            "        } else if (follower.end >= 0\n"),
    /// What the leader of an epoch that is over says changes nothing. Three guards keep that, each of which is enough:
    /// its fetcher drops the partition; an answer is compared with the epoch; and no leader judges records of epochs
    /// that it does not know.
    OLD_LEADERS_ARE_BELIEVED(
            new Edit(
                    "broker/src/main/java/io/kurier/broker/replica/follow/ReplicaFetchers.java",
                    "                now.fetcher.remove(name);\n",
                    ""),
            new Edit(
                    "broker/src/main/java/io/kurier/broker/replica/Followed.java",
                    "return stopped || told.leaderEpoch != leaderEpoch;",
                    "return stopped;"),
            new Edit(
                    "log/src/main/java/io/kurier/log/partition/LeaderEpochs.java",
                    "if (epoch < 0 || entries.isEmpty() || epoch > latest) {\n            return EpochEnd.UNKNOWN;\n        }\n        if (epoch == latest) {\n            return new EpochEnd(epoch, logEndOffset);",
                    "if (epoch < 0 || entries.isEmpty()) {\n            return EpochEnd.UNKNOWN;\n        }\n        if (epoch >= latest) {\n            return new EpochEnd(latest, logEndOffset);")),
    RECORDS_OF_AN_OLDER_PLACE_ARE_APPENDED_ANYWHERE(
            "broker/src/main/java/io/kurier/broker/replica/follow/ReplicaFetcher.java",
            ".setLastFetchedEpoch(position.lastEpoch())",
            ".setLastFetchedEpoch(-1)"),
    ANSWERS_BEFORE_IT_IS_COMMITTED(
            "broker/src/main/java/io/kurier/broker/replica/Commitment.java",
            "        if (endOffset <= highWatermark) {\n            listener.done(Errors.NONE);\n            return;",
            "        if (endOffset >= 0) {\n            listener.done(Errors.NONE);\n            return;"),
    CONSUMERS_READ_WHAT_IS_NOT_COMMITTED(
            "broker/src/main/java/io/kurier/broker/replica/Partition.java",
            "        return commitment.highWatermark();\n",
            "        return ready ? log.logEndOffset() : commitment.highWatermark();\n"),
    REPLACED_LEADERS_TELL_AN_END(
            "broker/src/main/java/io/kurier/broker/replica/leader/LeaderState.java",
            "moment = Math.min(moment, follower.followedAt);",
            "moment = Math.min(moment, Long.MAX_VALUE);"),
    INDEX_IS_TRUSTED(
            "log/src/main/java/io/kurier/log/segment/BatchFinder.java",
            "return batch.baseOffset() >= segment.baseOffset() && batch.lastOffset() <= hint.offset();",
            "return batch.baseOffset() >= 0;"),
    ANY_REPLICA_IS_ELIGIBLE(
            "cluster/src/main/java/io/kurier/cluster/controller/command/partitions/PartitionStep.java",
            "                .filter(id -> before.isr().contains(id) || before.elr().contains(id))\n",
            ""),
    /// Does harm where topics are as durable as memory: else a new process has on its disk what the old one
    /// acknowledged.
    ANOTHER_PROCESS_IS_TAKEN_FOR_THE_OLD_ONE(
            "cluster/src/main/java/io/kurier/cluster/controller/command/partitions/AlterPartition.java",
            "|| epoch >= 0 && broker.epoch() != epoch",
            "|| epoch >= 0 && broker.epoch() < 0");

    final List<Edit> edits;

    PlantedBug(String source, String sound, String broken) {
        this(new Edit(source, sound, broken));
    }

    PlantedBug(Edit... edits) {
        this.edits = List.of(edits);
    }
}
