/// Transactions: their coordinator's APIs, and their markers.
@NullMarked
package io.kurier.broker.api.transactions;

import org.jspecify.annotations.NullMarked;
