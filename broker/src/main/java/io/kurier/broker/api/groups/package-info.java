/// The group APIs, one handler a file: each checks the request's form, hands it to the coordinator, and words the
/// answer for its version.
@NullMarked
package io.kurier.broker.api.groups;

import org.jspecify.annotations.NullMarked;
