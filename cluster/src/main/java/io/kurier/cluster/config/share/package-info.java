/// The settings of share groups (KIP-932).
@NullMarked
package io.kurier.cluster.config.share;

import org.jspecify.annotations.NullMarked;
