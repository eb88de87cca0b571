/// Client quotas (KIP-13, KIP-124, KIP-546): for whom limits are set, and which there are.
@NullMarked
package io.kurier.cluster.quota;

import org.jspecify.annotations.NullMarked;
