package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.ConditionType;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Faults;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * When a commit is acknowledged, and who may acknowledge it. One set goes through all of {@code durability}; tests that
 * change the number of replicas come last.
 */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DurabilityIT {
    private static final String SET = "orders";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(7);
    private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(15);

    private final TestNamespace namespace;
    private final Sets sets;
    private final List<String> frozen = new ArrayList<>();
    private int rows;

    DurabilityIT(TestNamespace namespace) {
        this.namespace = namespace;
        this.sets = namespace.sets();
    }

    /** By itself both may acknowledge, and one has to. */
    @BeforeAll
    void makeSet() throws SQLException {
        apply(2, "Required");
        MySQLReplicationSetStatus status = sets.awaitSettled(SET, PATIENCE);
        assertThat(status.acknowledging()).containsExactlyInAnyOrder("orders-2", "orders-3");
        assertThat(status.acksRequired()).isEqualTo(1);
        try (Session session = namespace.mysql().primary(SET)) {
            session.execute("CREATE TABLE commits (id INT PRIMARY KEY)");
        }
    }

    @BeforeEach
    void awaitThatAllIsWell() {
        apply(2, "Required");
        sets.awaitSettled(SET, PATIENCE);
    }

    @AfterEach
    void thawAll() {
        List.copyOf(frozen).forEach(this::thaw);
    }

    @Test
    @Order(1)
    void aCommitWaitsUntilOneReplicaHoldsIt() {
        List<String> replicas = sets.replicas(SET);
        replicas.forEach(this::freeze);

        CompletableFuture<Void> commit = commit();
        Awaitility.await("the commit waits")
                .during(Duration.ofSeconds(12))
                .atMost(Duration.ofSeconds(30))
                .until(() -> !commit.isDone());
        thaw(replicas.getLast());

        assertCommitted(commit, GOES_ON_WITHIN);
        assertThat(sets.status(SET).acksRequired()).isEqualTo(1);
    }

    @Test
    @Order(2)
    void aFrozenReplicaLeavesTheRecordAndJoinsAgain() throws SQLException {
        List<String> replicas = sets.replicas(SET);
        try (Writers writers = namespace.writers(SET, 2)) {
            freeze(replicas.getFirst());

            awaitRecord(List.of(replicas.getLast()), 1, LEAVES_WITHIN);
            writers.awaitProgress(AT_ONCE);
            thaw(replicas.getFirst());

            awaitRecord(replicas, 1, PATIENCE);
            sets.awaitSettled(SET, PATIENCE);
            writers.assertNothingLost(replicas, Duration.ofSeconds(30));
        }
        assertThat(sets.status(SET).epoch()).isEqualTo(1);
    }

    @Test
    @Order(3)
    void asyncNeverWaits() {
        apply(2, "Async");
        awaitRecord(List.of(), 0, PATIENCE);
        sets.awaitReady(SET, PATIENCE);
        sets.replicas(SET).forEach(this::freeze);

        assertCommitted(commit(), AT_ONCE);
        sets.await(
                SET,
                "that it isn't safe to fail over is told",
                PATIENCE,
                status -> Sets.condition(status, ConditionType.FailoverReady)
                        .filter(condition -> condition.getStatus().equals("False")
                                && condition.getReason().equals("NotDurable"))
                        .isPresent());
    }

    @Test
    @Order(4)
    void scalingKeepsTheRecordRight() throws SQLException {
        try (Writers writers = namespace.writers(SET, 2)) {
            for (int replicas : new int[] {1, 2}) {
                sets.scale(SET, replicas);
                MySQLReplicationSetStatus status = sets.awaitSettled(SET, PATIENCE);
                assertThat(status.acknowledging())
                        .hasSize(replicas)
                        .containsExactlyInAnyOrderElementsOf(sets.replicas(SET));
                assertThat(status.acksRequired()).isEqualTo(1);
                writers.awaitProgress(AT_ONCE);
            }
            writers.assertNothingLost(sets.replicas(SET), Duration.ofSeconds(30));
        }
    }

    @Test
    @Order(5)
    void preferredGoesOnWithoutAReplicaAndTakesItBack() {
        apply(1, "Preferred");
        sets.awaitSettled(SET, PATIENCE);
        String replica = sets.replicas(SET).getFirst();
        awaitRecord(List.of(replica), 1, PATIENCE);
        freeze(replica);

        assertCommitted(commit(), GOES_ON_WITHIN);
        awaitRecord(List.of(), 0, LEAVES_WITHIN);
        assertCommitted(commit(), AT_ONCE);
        thaw(replica);

        awaitRecord(List.of(replica), 1, PATIENCE);
        sets.awaitSettled(SET, PATIENCE);
        assertThat(namespace.asRoot(replica, "SELECT COUNT(*) FROM app.commits").strip())
                .isEqualTo(String.valueOf(rows));
    }

    private void apply(int replicas, String durability) {
        sets.apply(Sets.small(SET, replicas, "replication: {durability: %s}\n".formatted(durability)));
    }

    /** Begins to write a row, with a client that waits for as long as it takes. */
    private CompletableFuture<Void> commit() {
        String primary = sets.primary(SET);
        String insert = "INSERT INTO app.commits VALUES (%d)".formatted(++rows);
        return CompletableFuture.runAsync(
                () -> namespace.asRoot(primary, insert),
                task -> Thread.ofVirtual().start(task));
    }

    private static void assertCommitted(CompletableFuture<Void> commit, Duration patience) {
        Awaitility.await("the commit is acknowledged").atMost(patience).until(commit::isDone);
        commit.join();
    }

    private void awaitRecord(List<String> acknowledging, int acks, Duration patience) {
        sets.await(
                SET,
                "%s may acknowledge, and %d must".formatted(acknowledging, acks),
                patience,
                status -> status.acksRequired() == acks
                        && status.acknowledging().size() == acknowledging.size()
                        && status.acknowledging().containsAll(acknowledging));
    }

    private void freeze(String instance) {
        frozen.add(instance);
        faults().freeze(namespace.pod(instance));
    }

    private void thaw(String instance) {
        frozen.remove(instance);
        faults().thaw(namespace.pod(instance));
    }

    private Faults faults() {
        return namespace.cluster().faults();
    }
}
