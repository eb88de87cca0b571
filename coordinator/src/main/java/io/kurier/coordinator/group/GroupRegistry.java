package io.kurier.coordinator.group;

import io.kurier.coordinator.group.share.ShareEpochs;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The groups of one shard by name.
final class GroupRegistry {
    /// In one shard. Nobody needs as many; whoever makes up names gets no further.
    private static final int MAX_GROUPS = 200_000;

    private final Map<String, Group> groups = new HashMap<>();
    private final ShareEpochs shareEpochs = new ShareEpochs();

    /// True if no more groups may be made by requests.
    boolean isFull() {
        return groups.size() >= MAX_GROUPS;
    }

    @Nullable
    Group find(String groupId) {
        return groups.get(groupId);
    }

    Group findOrCreate(String groupId) {
        return groups.computeIfAbsent(groupId, id -> new Group(id, shareEpochs));
    }

    /// Forgets a group of which nothing is left.
    void dropIfNothing(Group group) {
        if (group.isNothing()) {
            if (group.share != null) {
                shareEpochs.gone(group.share);
            }
            groups.remove(group.id, group);
        }
    }

    /// A copy: groups may be dropped while it is read.
    List<Group> snapshot() {
        return List.copyOf(groups.values());
    }

    Collection<Group> all() {
        return groups.values();
    }
}
