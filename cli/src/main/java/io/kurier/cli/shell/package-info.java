/// What all commands share: the way to a node, tables and JSON, errors in plain words.
@NullMarked
package io.kurier.cli.shell;

import org.jspecify.annotations.NullMarked;
