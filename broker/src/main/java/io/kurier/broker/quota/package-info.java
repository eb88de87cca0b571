/// Client quotas on one node: which limits hold for a client, and how far it is ahead of them. Pure: the time is a
/// parameter.
@NullMarked
package io.kurier.broker.quota;

import org.jspecify.annotations.NullMarked;
