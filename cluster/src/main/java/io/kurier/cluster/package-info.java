/// What a cluster is: its metadata as an immutable image, and the controller that changes it.
@NullMarked
package io.kurier.cluster;

import org.jspecify.annotations.NullMarked;
