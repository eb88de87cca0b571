/// The controller: follows the committed metadata log, and while this node leads, appends what commands decide.
@NullMarked
package io.kurier.cluster.controller;

import org.jspecify.annotations.NullMarked;
