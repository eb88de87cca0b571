package io.kurier.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.SystemThreads;
import io.kurier.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The server as bytes on a socket see it.
class HttpServerTest {
    private static final int MIB = 1 << 20;

    private final AtomicReference<String> aborted = new AtomicReference<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    private final Router router = new Router()
            .add(
                    "GET",
                    "/hello",
                    request -> HttpResponse.text(200, "hello " + request.query().get("who")))
            .add(
                    "GET",
                    "/subjects/{subject}/versions/{version}",
                    request -> HttpResponse.json(200, request.variables().toString()))
            .add(
                    "POST",
                    "/echo",
                    request -> HttpResponse.text(
                            201, StandardCharsets.UTF_8.decode(request.body()).toString()))
            .add("GET", "/broken", request -> {
                throw new IllegalStateException("a defect");
            })
            .add(
                    "GET",
                    "/large",
                    request -> new HttpResponse(200, "text/plain", out -> {
                        try {
                            for (int i = 0; i < 64; i++) {
                                out.write(new byte[MIB]);
                            }
                        } catch (IOException e) {
                            aborted.set(e.getMessage());
                            throw e;
                        }
                    }));

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void answersRequestsOneAfterTheOtherOnOneConnection() throws Exception {
        Socket socket = connect(start(HttpLimits.defaults()));

        send(socket, "GET /hello?who=you%20all&who=no HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hello you all\n");
        send(socket, "GET /subjects/a%2Fb/versions/3 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n");
        assertThat(answer(socket))
                .contains("application/json")
                .contains("subject=a/b")
                .contains("version=3");
        send(socket, "POST /echo HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(answer(socket)).startsWith("HTTP/1.1 201").endsWith("abc\n");
    }

    @Test
    void severalRequestsAtOnceAreAnsweredInTurn() throws Exception {
        Socket socket = connect(start(HttpLimits.defaults()));

        send(socket, "GET /hello?who=a HTTP/1.1\r\n\r\nGET /hello?who=b HTTP/1.1\r\n\r\nGET /nothing HTTP/1.1\r\n\r\n");

        assertThat(answer(socket)).endsWith("hello a\n");
        assertThat(answer(socket)).endsWith("hello b\n");
        assertThat(answer(socket)).startsWith("HTTP/1.1 404").contains("/hello, /subjects/{subject}");
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        Socket socket = connect(start(HttpLimits.defaults()));

        send(socket, "DELETE /hello HTTP/1.1\r\n\r\n");
        assertThat(answer(socket)).startsWith("HTTP/1.1 405");
        send(socket, "GET /broken HTTP/1.1\r\n\r\n");
        assertThat(answer(socket)).startsWith("HTTP/1.1 500").doesNotContain("a defect");
        send(socket, "HEAD /hello HTTP/1.1\r\n\r\nGET /hello HTTP/1.0\r\n\r\n");
        assertThat(rest(socket))
                .startsWith("HTTP/1.1 200")
                .containsOnlyOnce("hello null")
                .contains("connection: close");
    }

    @Test
    void aLargeAnswerComesInPieces() throws Exception {
        HttpServer server = start(HttpLimits.defaults());
        Socket socket = connect(server);
        send(socket, "GET /large HTTP/1.1\r\nConnection: close\r\n\r\n");
        assertThat((long) rest(socket).length()).isBetween(64L * MIB, 65L * MIB);

        Socket old = connect(server);
        send(old, "GET /large HTTP/1.0\r\n\r\n");
        String whole = rest(old);
        assertThat(whole).startsWith("HTTP/1.1 200").doesNotContain("chunked");
        assertThat(whole.length() - whole.indexOf("\r\n\r\n") - 4).isEqualTo(64 * MIB);
        assertThat(aborted.get()).isNull();
    }

    @Test
    void whoNeverReadsIsDropped() throws Exception {
        HttpServer server = start(new HttpLimits(4, 8192, 1024, 30_000, 50));
        Socket socket = connect(server);

        send(socket, "GET /large HTTP/1.1\r\n\r\n");

        Await.until(Duration.ofSeconds(20), "the answer is given up", () -> aborted.get() != null);
        assertThat(aborted.get()).isEqualTo("The client takes nothing");
    }

    @Test
    void whoSendsSlowlyIsDropped() throws Exception {
        HttpServer server = start(new HttpLimits(4, 8192, 1024, 50, 10_000));
        Socket silent = connect(server);
        Socket slow = connect(server);
        send(slow, "GET /hello HTTP/1.1\r\nX-Wait: ");

        assertThat(rest(silent)).isEmpty();
        assertThat(rest(slow)).isEmpty();
    }

    @Test
    void whatIsTooLongIsRefused() throws Exception {
        HttpServer server = start(new HttpLimits(8, 1000, 1000, 10_000, 10_000));

        assertThat(ask(server, "GET /" + "x".repeat(2000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 414");
        assertThat(ask(server, "GET / HTTP/1.1\r\nX: " + "x".repeat(2000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(ask(server, "POST /echo HTTP/1.1\r\nContent-Length: 2000\r\n\r\n" + "x".repeat(2000)))
                .startsWith("HTTP/1.1 413");
        assertThat(ask(server, "GET /hello?who=%zz HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(ask(server, "GET /subjects/%f/versions/1 HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(ask(server, "\u0016\u0003\u0001 what\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void aNameFromElsewhereIsNotAnsweredOnLoopback() throws Exception {
        HttpServer server = start(HttpLimits.defaults());

        assertThat(ask(server, "GET /hello HTTP/1.1\r\nHost: evil.example:9644\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(ask(server, "GET /hello HTTP/1.1\r\nHost: localhost.evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
    }

    @Test
    void oneConnectionTooManyIsClosedAndAFreedPlaceIsTaken() throws Exception {
        HttpServer server = start(new HttpLimits(2, 8192, 1024, 30_000, 10_000));
        Socket first = connect(server);
        Socket second = connect(server);
        send(first, "GET /hello HTTP/1.1\r\n\r\n");
        answer(first);
        send(second, "GET /hello HTTP/1.1\r\n\r\n");
        answer(second);

        assertThat(ask(server, "GET /hello HTTP/1.0\r\n\r\n")).isEmpty();
        first.close();
        Await.until(
                Duration.ofSeconds(20),
                "there is room again",
                () -> ask(server, "GET /hello HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 200"));
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        HttpServer server = start(HttpLimits.defaults());

        assertThatThrownBy(() ->
                        new HttpServer(server.address(), router, HttpLimits.defaults(), new SystemThreads().slow()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Port " + server.address().getPort() + " on 127.0.0.1 cannot be opened for HTTP");
    }

    private HttpServer start(HttpLimits limits) throws IOException {
        HttpServer server = new HttpServer(
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                router,
                limits,
                new SystemThreads().slow());
        open.add(server);
        return server;
    }

    private Socket connect(HttpServer server) throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(20_000);
        open.add(socket);
        return socket;
    }

    private String ask(HttpServer server, String request) {
        try (Socket socket = connect(server)) {
            send(socket, request);
            return rest(socket);
        } catch (IOException resetByTheServer) {
            return "";
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// One answer with a length.
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("after: " + head).isNotNegative();
            head.append((char) next);
        }
        int at = head.indexOf("content-length: ") + "content-length: ".length();
        int length = Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
        return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /// Everything until the server closes.
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
