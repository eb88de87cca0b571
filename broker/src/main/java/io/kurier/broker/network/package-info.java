/// Sockets: connections that carry length-prefixed frames, on Netty, and the order of answers on a connection.
@NullMarked
package io.kurier.broker.network;

import org.jspecify.annotations.NullMarked;
