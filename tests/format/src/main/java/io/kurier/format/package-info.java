/// How the sources are laid out: palantir-java-format, plus our own wrapping of Markdown comments.
@NullMarked
package io.kurier.format;

import org.jspecify.annotations.NullMarked;
