/// A cluster of real processes under faults, with real clients, and a checker of what they saw (`bin/chaos`).
@NullMarked
package io.kurier.tests.chaos;

import org.jspecify.annotations.NullMarked;
