/// What brokers tell the controller about themselves.
@NullMarked
package io.kurier.cluster.controller.command.brokers;

import org.jspecify.annotations.NullMarked;
