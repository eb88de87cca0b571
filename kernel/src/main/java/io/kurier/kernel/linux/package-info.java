/// What only Linux can be asked, by native calls; everything here may be missing, and callers go on without it.
@NullMarked
package io.kurier.kernel.linux;

import org.jspecify.annotations.NullMarked;
