/// `kurier storage` and `kurier log`: the files of a node.
@NullMarked
package io.kurier.cli.storage;

import org.jspecify.annotations.NullMarked;
