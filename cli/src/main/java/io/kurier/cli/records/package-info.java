/// `kurier produce` and `kurier consume`.
@NullMarked
package io.kurier.cli.records;

import org.jspecify.annotations.NullMarked;
