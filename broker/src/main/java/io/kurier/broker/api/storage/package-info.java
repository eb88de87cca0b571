/// The APIs that administer what lies on a node's disks.
@NullMarked
package io.kurier.broker.api.storage;

import org.jspecify.annotations.NullMarked;
