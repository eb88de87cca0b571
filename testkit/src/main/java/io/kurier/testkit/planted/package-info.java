/// Defects that are put into copies of the sources: simulations must find them.
@NullMarked
package io.kurier.testkit.planted;

import org.jspecify.annotations.NullMarked;
