/// `kurier quota`.
@NullMarked
package io.kurier.cli.quota;

import org.jspecify.annotations.NullMarked;
