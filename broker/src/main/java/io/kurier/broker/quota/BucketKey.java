package io.kurier.broker.quota;

import io.kurier.cluster.quota.QuotaKey;
import org.jspecify.annotations.Nullable;

/// Who shares a bucket: all that have the same limit and, as far as the limit looks at them, the same user and client
/// id or the same address. A limit that changes is another bucket, so that a change holds at once.
///
/// @param user null if the limit is for all users together
/// @param client a client id or an address; null if the limit is for all clients together
/// @param unitsPerSecond the limit
record BucketKey(
        QuotaKey quota, @Nullable String user, @Nullable String client, double unitsPerSecond) {}
