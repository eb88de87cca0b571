/// `kafka-transactions`.
@NullMarked
package io.kurier.cli.alias.transactions;

import org.jspecify.annotations.NullMarked;
