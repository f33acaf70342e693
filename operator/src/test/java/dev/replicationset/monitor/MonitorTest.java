package dev.replicationset.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private static final SetId SET = new SetId("shop", "orders", "uid-1");
    private static final Login LOGIN = new Login("replicationset", "secret");
    private static final Pace SWIFT = new Pace(
            Duration.ofMillis(10), Duration.ofMillis(2), Duration.ofSeconds(1), Duration.ZERO, Duration.ofMillis(40));

    private final FakeServers servers = new FakeServers();
    private final Monitor monitor = new Monitor(servers, SWIFT, Clock.systemUTC());
    private final AtomicInteger changes = new AtomicInteger();

    @BeforeEach
    void count() {
        monitor.onChange(set -> {
            assertThat(set).isEqualTo(SET);
            changes.incrementAndGet();
        });
    }

    @AfterEach
    void stop() {
        monitor.close();
    }

    @Test
    void holdsTheLatestAnswer() {
        servers.answer("host-1", States.primary().state());
        watch("orders-1", "host-1");
        awaitState("orders-1", States.primary().state());
        servers.answer("host-1", States.primary().later().state());
        awaitState("orders-1", States.primary().later().state());
    }

    @Test
    void anInstanceThatIsNotWatchedIsUnknown() {
        assertThat(monitor.view(SET, "orders-1")).isEqualTo(ServerView.UNKNOWN);
        assertThat(monitor.settled(SET, "orders-1")).isTrue();
    }

    @Test
    void tellsOfSignificantChangesOnly() {
        servers.answer("host-1", States.primary().state());
        watch("orders-1", "host-1");
        awaitPolls("host-1", 5);
        assertThat(changes).hasValue(1);
        servers.answer("host-1", States.primary().later().state());
        awaitPolls("host-1", servers.polls("host-1") + 5);
        assertThat(changes).hasValue(1);
        servers.answer("host-1", States.primary().closed().state());
        awaitChanges(2);
    }

    @Test
    void countsMissesAndKeepsWhenTheyBegan() {
        servers.refuse("host-1");
        watch("orders-1", "host-1");
        await().until(() ->
                unreachable("orders-1").map(ServerView.Unreachable::misses).orElse(0) >= 1);
        ServerView.Unreachable first = unreachable("orders-1").orElseThrow();
        await().until(() -> unreachable("orders-1").orElseThrow().misses() >= first.misses() + 3);
        assertThat(unreachable("orders-1").orElseThrow().since()).isEqualTo(first.since());
        assertThat(changes).hasValue(1);

        servers.answer("host-1", States.primary().state());
        awaitChanges(2);
        servers.refuse("host-1");
        awaitChanges(3);
        assertThat(unreachable("orders-1").orElseThrow().since()).isAfterOrEqualTo(first.since());
    }

    @Test
    void aFrozenServerDelaysNoOther() {
        CountDownLatch thawed = servers.freeze("host-1", States.primary().state());
        servers.answer("host-2", States.replica().state());
        watch("orders-1", "host-1");
        watch("orders-2", "host-2");
        awaitPolls("host-2", 10);
        assertThat(servers.polls("host-1")).isEqualTo(1);
        assertThat(monitor.view(SET, "orders-1")).isEqualTo(ServerView.UNKNOWN);
        thawed.countDown();
        awaitState("orders-1", States.primary().state());
    }

    @Test
    void anUnexpectedErrorIsAValueToo() {
        servers.answer("host-1", login -> {
            throw new AssertionError("broken driver");
        });
        watch("orders-1", "host-1");
        await().until(() ->
                unreachable("orders-1").map(ServerView.Unreachable::misses).orElse(0) >= 2);
        assertThat(unreachable("orders-1").orElseThrow().cause()).isEqualTo(ServerView.Cause.Failed);
        servers.answer("host-1", States.primary().state());
        awaitState("orders-1", States.primary().state());
    }

    @Test
    void aListenerThatFailsEndsNothing() {
        servers.answer("host-1", States.primary().state());
        monitor.onChange(set -> {
            throw new IllegalStateException("listener");
        });
        watch("orders-1", "host-1");
        awaitPolls("host-1", 5);
    }

    @Test
    void watchingTwiceIsWatchingOnce() {
        servers.answer("host-1", States.primary().state());
        watch("orders-1", "host-1");
        awaitPolls("host-1", 3);
        watch("orders-1", "host-1");
        assertThat(monitor.view(SET, "orders-1")).isInstanceOf(ServerView.Answering.class);
        assertThat(servers.forgotten()).isEmpty();
    }

    @Test
    void anInstanceThatMovedIsUnknownUntilItAnswersThere() {
        servers.answer("host-1", States.primary().state());
        watch("orders-1", "host-1");
        awaitState("orders-1", States.primary().state());
        CountDownLatch thawed =
                servers.freeze("host-9", States.primary().closed().state());
        watch("orders-1", "host-9");
        assertThat(monitor.view(SET, "orders-1")).isEqualTo(ServerView.UNKNOWN);
        await().until(() -> servers.forgotten().contains("host-1"));
        int polls = servers.polls("host-1");
        thawed.countDown();
        awaitState("orders-1", States.primary().closed().state());
        assertThat(servers.polls("host-1")).isEqualTo(polls);
    }

    @Test
    void aNewPasswordIsUsedFromTheNextPollOn() {
        Login changed = new Login("replicationset", "other");
        servers.answer(
                "host-1",
                login -> login.equals(changed)
                        ? States.replica().state()
                        : States.primary().state());
        watch("orders-1", "host-1");
        awaitState("orders-1", States.primary().state());
        monitor.watch(SET, address("orders-1", "host-1"), changed);
        awaitState("orders-1", States.replica().state());
        assertThat(servers.forgotten()).contains("host-1");
    }

    @Test
    void unwatchedServersAreLeftAlone() {
        servers.answer("host-1", States.primary().state());
        servers.answer("host-2", States.replica().state());
        watch("orders-1", "host-1");
        watch("orders-2", "host-2");
        monitor.unwatch(SET, "orders-1");
        await().until(() -> servers.forgotten().contains("host-1"));
        assertThat(monitor.watched(SET)).containsExactly("orders-2");
        monitor.unwatchSet(SET);
        await().until(() -> servers.forgotten().contains("host-2"));
        assertThat(monitor.watchedSets()).isEmpty();
    }

    @Test
    void aNudgeIsAnsweredByAPollThatBeganAfterIt() {
        Monitor slow = seldom();
        try {
            slow.onChange(set -> changes.incrementAndGet());
            CountDownLatch thawed = servers.freeze("host-1", States.primary().state());
            slow.watch(SET, address("orders-1", "host-1"), LOGIN);
            awaitPolls("host-1", 1);
            slow.nudge(SET, "orders-1");
            assertThat(slow.settled(SET, "orders-1")).isFalse();
            thawed.countDown();
            await().until(() -> slow.settled(SET, "orders-1"));
            assertThat(servers.polls("host-1")).isEqualTo(2);
            // The answer from before the nudge, and the one that it asked for, though nothing was new.
            await().until(() -> changes.get() == 2);
        } finally {
            slow.close();
        }
    }

    @Test
    void anInstanceThatIsAskedStaysKnownMeanwhile() {
        Monitor slow = seldom();
        try {
            slow.onChange(set -> changes.incrementAndGet());
            servers.answer("host-1", States.primary().state());
            slow.watch(SET, address("orders-1", "host-1"), LOGIN);
            await().until(() -> changes.get() == 1);
            slow.ask(SET, "orders-1");
            assertThat(slow.settled(SET, "orders-1")).isTrue();
            // Though nothing was new.
            await().until(() -> changes.get() == 2);
        } finally {
            slow.close();
        }
    }

    /** Polls only when it is told to. */
    private Monitor seldom() {
        Duration hour = Duration.ofHours(1);
        return new Monitor(servers, new Pace(hour, hour, Duration.ZERO, hour, hour), Clock.systemUTC());
    }

    @Test
    void becomingLateIsAChange() {
        monitor.judge(SET, Optional.empty(), Duration.ZERO);
        servers.answer("host-1", States.primary().with(States.beat(1, 100)).state());
        servers.answer("host-2", States.replica().with(States.beat(1, 90)).state());
        watch("orders-1", "host-1");
        watch("orders-2", "host-2");
        monitor.judge(SET, Optional.of("orders-1"), Duration.ofSeconds(30));
        settle();
        int before = changes.get();

        servers.answer("host-1", States.primary().with(States.beat(1, 119)).state());
        settle();
        assertThat(changes).hasValue(before);

        servers.answer("host-1", States.primary().with(States.beat(1, 121)).state());
        awaitChanges(before + 1);
        servers.refuse("host-1");
        awaitChanges(before + 2);
        settle();
        assertThat(changes).hasValue(before + 2);

        servers.answer("host-2", States.replica().with(States.beat(1, 121)).state());
        awaitChanges(before + 3);
    }

    @Test
    void theProgressOfACloneIsToldNowAndThen() {
        servers.answer("host-2", cloning(100));
        watch("orders-2", "host-2");
        awaitChanges(1);
        servers.answer("host-2", cloning(200));
        awaitChanges(2);
        int polls = servers.polls("host-2");
        awaitPolls("host-2", polls + 10);
        assertThat(changes).hasValue(2);
    }

    @Test
    void countsPolls() {
        servers.answer("host-1", States.primary().state());
        servers.refuse("host-2");
        watch("orders-1", "host-1");
        watch("orders-2", "host-2");
        await().until(() -> monitor.polls().answered() > 2 && monitor.polls().unanswered() > 2);
    }

    private static ServerState cloning(long bytes) {
        return States.replica()
                .with(States.clone(CloneProgress.State.InProgress, "FILE COPY", bytes))
                .state();
    }

    private static ServerAddress address(String instance, String host) {
        return new ServerAddress(instance, host, 33062, instance + "-0", 3306);
    }

    private void watch(String instance, String host) {
        monitor.watch(SET, address(instance, host), LOGIN);
    }

    private Optional<ServerView.Unreachable> unreachable(String instance) {
        return monitor.view(SET, instance) instanceof ServerView.Unreachable away
                ? Optional.of(away)
                : Optional.empty();
    }

    private void awaitState(String instance, ServerState state) {
        await().until(() -> monitor.view(SET, instance) instanceof ServerView.Answering answer
                && answer.state().equals(state));
    }

    private void awaitPolls(String host, int count) {
        await().until(() -> servers.polls(host) >= count);
    }

    private void awaitChanges(int count) {
        await().until(() -> changes.get() >= count);
        assertThat(changes).hasValue(count);
    }

    /** Waits until both servers were polled with what they answer now. */
    private void settle() {
        int first = servers.polls("host-1");
        int second = servers.polls("host-2");
        await().until(() -> servers.polls("host-1") >= first + 4 && servers.polls("host-2") >= second + 4);
    }
}
