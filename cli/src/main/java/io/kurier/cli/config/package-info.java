/// `kurier config`.
@NullMarked
package io.kurier.cli.config;

import org.jspecify.annotations.NullMarked;
