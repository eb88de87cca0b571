/// The names and flags of Apache Kafka's command-line tools, answered in the columns that their users' scripts read.
@NullMarked
package io.kurier.cli.alias;

import org.jspecify.annotations.NullMarked;
