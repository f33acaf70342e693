package dev.replicationset.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.replicationset.TestClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final TestClock clock = new TestClock();
    private final Health health = new Health(clock);

    @Test
    void livesWhileTheCanaryReturns() {
        clock.pass(Health.PATIENCE.minusMillis(1));
        assertThat(health.live()).isTrue();
        clock.pass(Duration.ofMillis(1));
        assertThat(health.live()).isFalse();
        health.canary(() -> {}, Runnable::run);
        assertThat(health.live()).isTrue();
    }

    @Test
    void threadsThatAllHangKeepTheCanary() {
        CountDownLatch hanging = new CountDownLatch(2);
        CountDownLatch thawed = new CountDownLatch(1);
        BoundedExecutor pool = new BoundedExecutor("test", 2);
        try {
            for (int i = 0; i < 2; i++) {
                pool.execute(() -> {
                    hanging.countDown();
                    await().until(() -> thawed.getCount() == 0);
                });
            }
            await().until(() -> hanging.getCount() == 0);
            Thread canary = Thread.ofVirtual().start(() -> health.canary(() -> {}, pool));
            clock.pass(Health.PATIENCE);
            assertThat(health.live()).isFalse();
            thawed.countDown();
            await().until(() -> !canary.isAlive());
            assertThat(health.live()).isTrue();
        } finally {
            thawed.countDown();
            pool.close();
        }
    }

    @Test
    void isServedOverHttp() throws IOException, InterruptedException {
        try (HttpEndpoints endpoints = new HttpEndpoints(0, health, () -> "figures 1\n")) {
            assertThat(get(endpoints, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(endpoints, "/readyz").statusCode()).isEqualTo(503);
            health.ready(true);
            assertThat(get(endpoints, "/readyz").body()).isEqualTo("ready\n");
            assertThat(get(endpoints, "/metrics").body()).isEqualTo("figures 1\n");
            assertThat(get(endpoints, "/elsewhere").statusCode()).isEqualTo(404);
            clock.pass(Duration.ofMinutes(5));
            assertThat(get(endpoints, "/livez").statusCode()).isEqualTo(503);
        }
    }

    private static HttpResponse<String> get(HttpEndpoints endpoints, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://localhost:" + endpoints.port() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
