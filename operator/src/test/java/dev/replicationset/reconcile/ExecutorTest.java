package dev.replicationset.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.TestClock;
import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.EventKind;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.ObjectRef;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.Plan;
import dev.replicationset.topology.PodView;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Order, failures and conflicts; what the actions do is shown on the real API server and the real mysqld. */
class ExecutorTest {
    private static final SetId ID = new SetId("shop", "orders", "uid-1");
    private static final Login LOGIN = new Login("u", "p");
    private static final Accounts ACCOUNTS = new Accounts(LOGIN, LOGIN, "%", LOGIN, Optional.empty());

    private final List<String> calls = new ArrayList<>();
    private final Map<String, Exception> broken = new HashMap<>();
    /** Of the resource, as the API server gives it after a write. */
    private String version = "8";

    private final Map<String, Observation.Failure> failures = new HashMap<>();
    private final TestClock clock = new TestClock();
    private final Instant seenAt = clock.instant();
    private final Executor executor = new Executor(port(ClusterPort.class), port(MysqlPort.class), clock);

    @Test
    void aConflictEndsThePlanBeforeWhatRestsOnTheIntent() {
        broken.put("recordStatus", new ClusterPort.Conflict("moved on"));

        PlanRunner.Outcome outcome = run(
                new Action.RecordIntent(MySQLReplicationSetStatus.EMPTY.withPrimary("orders-1", 1, 1)),
                new Action.CloseServer("orders-2"));

        assertThat(outcome.conflict()).isTrue();
        assertThat(calls).containsExactly("recordStatus");
    }

    @Test
    void whatWasSeenTooLongAgoIsNoReasonToChangeAServer() {
        clock.pass(Executor.VALID.plusMillis(1));

        run(
                new Action.CloseServer("orders-2"),
                new Action.RecordIntent(MySQLReplicationSetStatus.EMPTY.withPrimary("orders-1", 1, 1)));

        assertThat(calls).doesNotContain("close").startsWith("recordStatus");
    }

    @Test
    void aStatusThatChangesNothingIsNotWaitedFor() {
        version = "7";
        assertThat(run().statusWritten()).isFalse();

        version = "8";
        assertThat(run().statusWritten()).isTrue();
    }

    @Test
    void nothingRestsOnAnIntentThatCouldNotBeRecorded() {
        broken.put("recordStatus", new IllegalStateException("no answer"));

        PlanRunner.Outcome outcome = run(
                new Action.StartReplication("orders-1", 0),
                new Action.RecordIntent(MySQLReplicationSetStatus.EMPTY.withPrimary("orders-1", 1, 1)),
                new Action.Tell(EventKind.Bootstrapping, "orders-1", "made"));

        assertThat(outcome.unrecorded()).isTrue();
        assertThat(outcome.results())
                .as("what was done before it is remembered")
                .hasSize(2);
        assertThat(calls).endsWith("recordStatus");
    }

    @Test
    void aFailedActionHoldsBackItsInstanceAlone() {
        broken.put("restartIoThread", new MysqlFailure(ServerView.Cause.TimedOut, 0, "no answer"));

        PlanRunner.Outcome outcome = run(
                new Action.RestartIoThread("orders-1", 0),
                new Action.StartReplication("orders-1", 0),
                new Action.StartReplication("orders-2", 0));

        assertThat(outcome.results())
                .extracting(result -> result.action().key())
                .containsExactly("RestartIoThread/orders-1", "StartReplication/orders-2", "RecordIntent");
        assertThat(outcome.results().getFirst().failure()).hasValue("RestartIoThread on orders-1 failed: no answer");
    }

    @Test
    void passwordsAreReadOncePerPlanAndOnlyWhenNeeded() {
        run(new Action.ApplyObjects(Set.of(new ObjectRef("Service", "orders-primary"))));
        assertThat(calls).doesNotContain("accounts");

        run(new Action.SyncAccounts("orders-1"), new Action.SyncAccounts("orders-2"));
        assertThat(calls).containsOnlyOnce("accounts");
    }

    @Test
    void aFailureThatComesAgainAndAgainIsTold() {
        broken.put("apply", new IllegalStateException("forbidden"));
        Action apply = new Action.ApplyObjects(Set.of(new ObjectRef("Service", "orders-primary")));

        run(apply);
        assertThat(calls).noneMatch(call -> call.startsWith("tell ActionFailed"));

        failures.put(apply.key(), new Observation.Failure(2, Instant.EPOCH, "forbidden", 0));
        run(apply);
        assertThat(calls).contains("tell " + EventKind.ActionFailed);
    }

    private PlanRunner.Outcome run(Action... actions) {
        return executor.run(seen(), new Plan(List.of(actions), Duration.ZERO));
    }

    private Observation seen() {
        MySQLReplicationSetSpec spec =
                Serialization.unmarshal("storage:\n  size: 1Gi\n", MySQLReplicationSetSpec.class);
        return new Observation(
                ID,
                seenAt,
                false,
                1,
                "7",
                spec,
                MySQLReplicationSetStatus.EMPTY,
                Map.of("orders-1", instance(1), "orders-2", instance(2)),
                Set.of(),
                failures,
                Optional.empty(),
                false);
    }

    private static InstanceView instance(int number) {
        PodView pod = new PodView(
                "uid",
                "10.0.0." + number,
                "",
                false,
                true,
                true,
                true,
                0,
                false,
                PodView.RoleLabels.NONE,
                Optional.empty());
        return new InstanceView(
                "orders-" + number, number, true, Optional.empty(), Optional.of(pod), ServerView.UNKNOWN);
    }

    /** Writes down each call, and throws where it is told to. */
    private <T> T port(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("until")) {
                        return proxy;
                    }
                    calls.add(method.getName().equals("tell") ? "tell " + arguments[1] : method.getName());
                    Exception failure = broken.get(method.getName());
                    if (failure != null) {
                        throw failure;
                    }
                    return switch (method.getName()) {
                        case "accounts" -> ACCOUNTS;
                        case "operator" -> LOGIN;
                        case "recordStatus" -> version;
                        case "readStatus" -> MySQLReplicationSetStatus.EMPTY;
                        default -> null;
                    };
                }));
    }
}
