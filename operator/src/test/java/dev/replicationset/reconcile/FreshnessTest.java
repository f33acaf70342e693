package dev.replicationset.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.replicationset.TestClock;
import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.monitor.FakeServers;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.monitor.Pace;
import dev.replicationset.monitor.States;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.PodView;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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

    @Test
    void nothingIsDecidedBeforeTheServersAreKnown() {
        assertThat(freshness.unacquainted(seen(ServerView.UNKNOWN))).isTrue();
        assertThat(freshness.unacquainted(seen(new ServerView.Answering(
                        clock.instant(), States.primary().state()))))
                .isFalse();
        assertThat(freshness.unacquainted(seen(ServerView.UNKNOWN)))
                .as("one that is unknown again, after it was acted on")
                .isFalse();
    }

    @Test
    void serversThatAreNeverKnownAreNotWaitedForLong() {
        assertThat(freshness.unacquainted(seen(ServerView.UNKNOWN))).isTrue();
        clock.pass(Freshness.ACQUAINTANCE);
        assertThat(freshness.unacquainted(seen(ServerView.UNKNOWN))).isFalse();
    }

    private Observation seen(ServerView server) {
        PodView pod = new PodView(
                "uid", "10.0.0.1", "", false, true, true, true, 0, false, PodView.RoleLabels.NONE, Optional.empty());
        InstanceView view = new InstanceView("orders-1", 1, true, Optional.empty(), Optional.of(pod), server);
        MySQLReplicationSetSpec spec =
                Serialization.unmarshal("storage:\n  size: 1Gi\n", MySQLReplicationSetSpec.class);
        return new Observation(
                SET,
                clock.instant(),
                false,
                1,
                "1",
                spec,
                MySQLReplicationSetStatus.EMPTY,
                Map.of("orders-1", view),
                Set.of(),
                Map.of(),
                Optional.empty(),
                false);
    }

    private void watch() {
        monitor.watch(
                SET,
                new ServerAddress("orders-1", "host-1", 33062, "orders-1-0", 3306),
                new Login("replicationset", "secret"));
    }
}
