package dev.replicationset.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.replicationset.TestClock;
import dev.replicationset.monitor.FakeServers;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.monitor.Pace;
import dev.replicationset.monitor.States;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.SetId;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private static final SetId SET = new SetId("shop", "orders", "uid-1");
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestClock clock = new TestClock();
    private final FakeServers servers = new FakeServers();
    private final Monitor monitor = new Monitor(servers, new Pace(HOUR, HOUR, HOUR, HOUR, HOUR), Clock.systemUTC());
    private final Freshness freshness = new Freshness(monitor, clock);

    @AfterEach
    void stop() {
        monitor.close();
    }

    @Test
    void nothingIsStaleAtFirst() {
        assertThat(freshness.stale(SET, "1")).isFalse();
    }

    @Test
    void aResourceThatWasWrittenIsStaleUntilANewerOneIsSeen() {
        freshness.changed(SET, Set.of(), "1");
        assertThat(freshness.stale(SET, "1")).isTrue();
        assertThat(freshness.stale(SET, "2")).isFalse();
    }

    @Test
    void aNewerOneThatNeverComesIsNotWaitedForLong() {
        freshness.changed(SET, Set.of(), "1");
        clock.pass(Freshness.RESOURCE);
        assertThat(freshness.stale(SET, "1")).isFalse();
    }

    @Test
    void aServerThatWasActedOnIsStaleUntilItWasPolledAgain() {
        servers.answer("host-1", States.primary().state());
        watch();
        await().until(() -> servers.polls("host-1") == 1);
        CountDownLatch thawed = servers.freeze("host-1", States.primary().state());
        freshness.changed(SET, Set.of("orders-1"), "");
        assertThat(freshness.stale(SET, "1")).isTrue();
        thawed.countDown();
        await().until(() -> !freshness.stale(SET, "1"));
        assertThat(servers.polls("host-1")).isEqualTo(2);
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedForLong() {
        CountDownLatch thawed = servers.freeze("host-1", States.primary().state());
        watch();
        freshness.changed(SET, Set.of("orders-1"), "");
        assertThat(freshness.stale(SET, "1")).isTrue();
        clock.pass(Freshness.SERVER);
        assertThat(freshness.stale(SET, "1")).isFalse();
        thawed.countDown();
    }

    private void watch() {
        monitor.watch(
                SET,
                new ServerAddress("orders-1", "host-1", 33062, "orders-1-0", 3306),
                new Login("replicationset", "secret"));
    }
}
