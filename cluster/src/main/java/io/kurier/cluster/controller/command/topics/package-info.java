/// What the controller decides about topics: making, growing and deleting them, and where their replicas go.
@NullMarked
package io.kurier.cluster.controller.command.topics;

import org.jspecify.annotations.NullMarked;
