/// The files of a data directory: one class a format, and the bound on how many are open.
@NullMarked
package io.kurier.log.file;

import org.jspecify.annotations.NullMarked;
