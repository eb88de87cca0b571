/// `kurier group`.
@NullMarked
package io.kurier.cli.group;

import org.jspecify.annotations.NullMarked;
