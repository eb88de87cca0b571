/// `kurier cluster`.
@NullMarked
package io.kurier.cli.cluster;

import org.jspecify.annotations.NullMarked;
