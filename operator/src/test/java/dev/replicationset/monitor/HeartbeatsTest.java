package dev.replicationset.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final SetId SET = new SetId("shop", "orders", "uid-1");
    private static final Login LOGIN = new Login("replicationset", "secret");

    private final FakeServers servers = new FakeServers();
    private final Heartbeats heartbeats = new Heartbeats(servers, Duration.ofMillis(5));

    @AfterEach
    void stop() {
        heartbeats.close();
    }

    @Test
    void writesUntilStill() {
        heartbeats.beat(SET, address("host-1"), LOGIN, 3);
        await().until(() -> servers.beats().size() >= 3);
        assertThat(servers.beats()).containsOnly(new FakeServers.Beat("host-1", LOGIN, 3));
        heartbeats.still(SET);
        heartbeats.still(SET);
        assertThat(heartbeats.pulse(SET)).isEmpty();
        awaitSilence();
    }

    @Test
    void theSameAgainChangesNothing() {
        heartbeats.beat(SET, address("host-1"), LOGIN, 3);
        heartbeats.beat(SET, address("host-1"), LOGIN, 3);
        heartbeats.still(SET);
        awaitSilence();
    }

    @Test
    void anotherPrimaryOrEpochReplacesIt() {
        heartbeats.beat(SET, address("host-1"), LOGIN, 3);
        await().until(() -> !servers.beats().isEmpty());
        heartbeats.beat(SET, address("host-2"), LOGIN, 4);
        await().until(() -> servers.beats().contains(new FakeServers.Beat("host-2", LOGIN, 4)));
        servers.beats().clear();
        await().until(() -> servers.beats().size() >= 5);
        // One of the old kind may have been under way while it was replaced.
        assertThat(List.copyOf(servers.beats()).subList(1, 5)).containsOnly(new FakeServers.Beat("host-2", LOGIN, 4));
    }

    @Test
    void failuresAreCountedAndTriedAgain() {
        servers.failHeartbeats(new MysqlFailure(ServerView.Cause.Failed, 1290, "read only"));
        heartbeats.beat(SET, address("host-1"), LOGIN, 3);
        await().until(() -> heartbeats.pulse(SET).orElseThrow().failures() >= 3);
        assertThat(heartbeats.pulse(SET).orElseThrow().message()).contains("read only");
        servers.breakHeartbeats(new IllegalStateException("broken driver"));
        await().until(() ->
                heartbeats.pulse(SET).orElseThrow().message().orElse("").equals("broken driver"));
        servers.mendHeartbeats();
        await().until(() -> heartbeats.pulse(SET).orElseThrow().failures() == 0);
        assertThat(servers.beats()).isNotEmpty();
    }

    private static ServerAddress address(String host) {
        return new ServerAddress("orders-1", host, 33062, "orders-1-0", 3306);
    }

    private void awaitSilence() {
        AtomicInteger last = new AtomicInteger(-1);
        await().during(Duration.ofMillis(50)).until(() -> {
            int now = servers.beats().size();
            return last.getAndSet(now) == now;
        });
    }
}
