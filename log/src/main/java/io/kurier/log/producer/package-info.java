/// What a log knows about idempotent and transactional producers.
@NullMarked
package io.kurier.log.producer;

import org.jspecify.annotations.NullMarked;
