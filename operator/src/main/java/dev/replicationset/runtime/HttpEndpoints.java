package dev.replicationset.runtime;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** {@code /livez}, {@code /readyz} and {@code /metrics}. */
final class HttpEndpoints implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param port 0 for any free one */
    HttpEndpoints(int port, Health health, Supplier<String> metrics) throws IOException {
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(threads);
        check("/livez", health::live, "alive", "the event queue or every reconcile thread is stuck");
        check("/readyz", health::ready, "ready", "the caches are not filled yet, or the process is ending");
        server.createContext("/metrics", exchange -> answer(exchange, 200, PROMETHEUS, metrics.get()));
        server.createContext("/", exchange -> answer(exchange, 404, TEXT, "/livez /readyz /metrics\n"));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void check(String path, BooleanSupplier state, String good, String bad) {
        server.createContext(path, exchange -> {
            boolean fine = state.getAsBoolean();
            answer(exchange, fine ? 200 : 503, TEXT, (fine ? good : bad) + "\n");
        });
    }

    private static void answer(HttpExchange exchange, int code, String type, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
