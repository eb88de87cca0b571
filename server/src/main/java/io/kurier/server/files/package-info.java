/// What people can do with the files of a node that does not run: look into them, and give folders their identity.
@NullMarked
package io.kurier.server.files;

import org.jspecify.annotations.NullMarked;
