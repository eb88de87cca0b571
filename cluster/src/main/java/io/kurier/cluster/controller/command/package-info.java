/// What the controller decides: one class a command, from a request and an image to an answer and records.
@NullMarked
package io.kurier.cluster.controller.command;

import org.jspecify.annotations.NullMarked;
