package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** From one primary to the next, as a user sees it: made before the fault, asked after it. */
final class Succession {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String PROMOTE = "replicationset.dev/promote";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestNamespace namespace;
    private final Sets sets;
    private final String set;
    private final String former;
    private final long epoch;

    private Succession(TestNamespace namespace, String set, String former, long epoch) {
        this.namespace = namespace;
        this.sets = namespace.sets();
        this.set = set;
        this.former = former;
        this.epoch = epoch;
    }

    /** Remembers who is the primary. */
    static Succession of(TestNamespace namespace, String set) {
        MySQLReplicationSetStatus status = namespace.sets().status(set);
        return new Succession(namespace, set, Objects.requireNonNull(status.primary()), status.epoch());
    }

    /** The primary of before. */
    String former() {
        return former;
    }

    /** The pod of the primary of before, as faults name it. */
    String formerPod() {
        return namespace.pod(former);
    }

    /** Waits until another instance is recorded as the primary; the change need not be over. */
    String awaitNamed(Duration patience) {
        return primary(await("another primary is recorded", patience, this::another));
    }

    /** Waits until another instance is the primary and the change is over. */
    String awaitSuccessor(Duration patience) {
        MySQLReplicationSetStatus status =
                await("another primary has taken over", patience, now -> another(now) && now.transition() == null);
        assertThat(status.epoch()).as("epoch").isGreaterThan(epoch);
        return primary(status);
    }

    /** Waits until there is one; a planned change takes exactly one epoch. */
    String awaitPlannedSuccessor(Duration patience) {
        String successor = awaitSuccessor(patience);
        assertThat(sets.status(set).epoch()).as("epoch").isEqualTo(epoch + 1);
        return successor;
    }

    private boolean another(MySQLReplicationSetStatus status) {
        return status.primary() != null && !status.primary().equals(former);
    }

    /** Looks for a while; the primary must be the same all the time, and no change of it may be under way. */
    void assertNoneFor(Duration watched) {
        Awaitility.await(former + " stays the primary")
                .during(watched)
                .atMost(watched.plus(SOON))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> sets.status(set), this::unchanged);
    }

    private boolean unchanged(MySQLReplicationSetStatus status) {
        return former.equals(status.primary()) && status.epoch() == epoch && status.transition() == null;
    }

    /** Asks that an instance becomes the primary. */
    void promote(String instance) {
        namespace.kubectl("annotate", "mrs", set, PROMOTE + "=" + instance, "--overwrite");
    }

    /** Waits until the operator has answered such a wish. */
    void assertNobodyAsked() {
        Awaitility.await("the annotation is consumed")
                .atMost(SOON)
                .until(() -> !sets.get(set).getMetadata().getAnnotations().containsKey(PROMOTE));
    }

    /** Waits until an event tells it. */
    void awaitTold(String start) {
        Awaitility.await("event: " + start)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> namespace.events().stream().anyMatch(event -> event.startsWith(start)));
    }

    /** A failover took place and was told, and all is well. */
    void assertFailedOver(Writers writers) throws SQLException {
        assertWell(writers);
        String primary = sets.primary(set);
        assertThat(primary).as("primary").isNotEqualTo(former);
        awaitTold("FailoverStarted: " + former);
        awaitTold("PrimaryChanged: ");
    }

    /**
     * Whoever is the primary now: clients write, the set is whole again, nothing acknowledged is lost on any server, one
     * server only takes writes, and both endpoints lead where they should.
     */
    void assertWell(Writers writers) throws SQLException {
        writers.awaitProgress(PATIENCE);
        MySQLReplicationSetStatus status = sets.awaitSettled(set, PATIENCE);
        String primary = primary(status);
        assertThat(status.epoch()).as("epoch").isGreaterThanOrEqualTo(primary.equals(former) ? epoch : epoch + 1);
        writers.assertNothingLost(sets.replicas(set), SOON);
        assertThat(takeWrites(status)).as("servers that take writes").containsExactly(primary);
        try (Session session = namespace.mysql().primary(set)) {
            assertThat(server(status, session)).as("where writes lead").isEqualTo(primary);
        }
        try (Session session = namespace.mysql().replicas(set)) {
            assertThat(server(status, session)).as("where reads lead").isIn(sets.replicas(set));
        }
    }

    private List<String> takeWrites(MySQLReplicationSetStatus status) throws SQLException {
        List<String> open = new ArrayList<>();
        for (InstanceStatus instance : status.instances()) {
            try (Session session = namespace.mysql().admin(set, instance.name())) {
                if (session.number("SELECT @@GLOBAL.super_read_only AND @@GLOBAL.read_only") == 0) {
                    open.add(instance.name());
                }
            }
        }
        return open;
    }

    private static @Nullable String server(MySQLReplicationSetStatus status, Session session) throws SQLException {
        String uuid = session.value("SELECT @@server_uuid");
        return status.instances().stream()
                .filter(instance -> Objects.equals(uuid, instance.serverUuid()))
                .map(InstanceStatus::name)
                .findFirst()
                .orElse(null);
    }

    private MySQLReplicationSetStatus await(
            String what, Duration patience, Predicate<MySQLReplicationSetStatus> wanted) {
        return sets.await(set, what, patience, wanted);
    }

    private static String primary(MySQLReplicationSetStatus status) {
        return Objects.requireNonNull(status.primary());
    }
}
