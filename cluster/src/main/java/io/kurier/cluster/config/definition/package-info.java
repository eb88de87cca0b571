/// The definitions of all settings as data: names, types, defaults, what is allowed, and whether anything depends on
/// them.
@NullMarked
package io.kurier.cluster.config.definition;

import org.jspecify.annotations.NullMarked;
