/// The metadata of a cluster as one immutable value, and how metadata records change it. Pure: nothing here waits or
/// does I/O.
@NullMarked
package io.kurier.cluster.image;

import org.jspecify.annotations.NullMarked;
