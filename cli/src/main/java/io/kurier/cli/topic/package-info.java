/// `kurier topic`.
@NullMarked
package io.kurier.cli.topic;

import org.jspecify.annotations.NullMarked;
