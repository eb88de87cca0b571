/// The APIs about settings, one handler a file: describing answers from the image and this node's file, changing goes
/// to the controller.
@NullMarked
package io.kurier.broker.api.configs;

import org.jspecify.annotations.NullMarked;
