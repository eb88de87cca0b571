package io.kurier.cluster;

import io.kurier.cluster.image.ClusterImage;
import java.util.function.Consumer;

/// What this node knows about the cluster. Safe for use by several threads.
public interface ClusterView {
    /// The newest applied metadata. Cheap: read it as often as needed, and once per request for a consistent answer.
    ClusterImage image();

    /// Calls `listener` after each change, in order, on one thread. The first call is for the first change after the
    /// subscription; take [#image()] inside the listener's own start-up for what was before (a change may then be seen
    /// twice, never missed). The listener must be quick and must not throw. Closing the result ends the calls.
    Subscription subscribe(Consumer<ImageChange> listener);

    /// Ends a subscription when closed.
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
