package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas that can't go on are repaired: purged logs, divergence, an account that was changed, a lost channel. */
@EndToEnd
class ReplicationErrorsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final TestNamespace namespace;
    private final Sets sets;

    ReplicationErrorsIT(TestNamespace namespace) {
        this.namespace = namespace;
        this.sets = namespace.sets();
    }

    @BeforeEach
    void startSet() throws SQLException {
        sets.apply(Sets.small("orders", 1));
        sets.awaitReady("orders", PATIENCE);
        namespace.asRoot("orders-1", "CREATE TABLE app.t (id INT PRIMARY KEY)", "INSERT INTO app.t VALUES (1), (2)");
        sets.await("orders", "the replica serves", PATIENCE, status -> "1/1".equals(status.ready()));
    }

    @Test
    void aReplicaWhoseLogsWerePurgedIsCopiedAnew() throws SQLException {
        namespace.cluster().faults().cut(namespace.pod("orders-1"), namespace.pod("orders-2"));
        namespace.asRoot(
                "orders-1", "INSERT INTO app.t VALUES (3)", "FLUSH BINARY LOGS", "INSERT INTO app.t VALUES (4)");
        endDumpThreads("orders-1");
        String file = value("orders-1", "SHOW BINARY LOG STATUS", "File");
        namespace.asRoot("orders-1", "PURGE BINARY LOGS TO '" + file + "'");
        // Until then what was sent before may still arrive.
        sets.awaitInstance(
                "orders",
                "orders-2",
                "the replica has given the connection up",
                PATIENCE,
                replica -> "Connecting".equals(replica.ioThread()));
        namespace.cluster().faults().heal();

        sets.awaitInstance(
                "orders",
                "orders-2",
                "it is copied anew",
                PATIENCE,
                member -> Optional.ofNullable(member.reclones())
                        .filter(reclones -> reclones.lastReason().contains("13114"))
                        .isPresent());
        awaitRows(4);
        sets.awaitReady("orders", PATIENCE);
    }

    /** A log that a replica still reads would be kept. */
    private void endDumpThreads(String instance) throws SQLException {
        try (Session session = namespace.mysql().admin("orders", instance)) {
            for (var row : session.query(
                    "SELECT processlist_id AS id FROM performance_schema.threads WHERE processlist_command LIKE 'Binlog Dump%'")) {
                session.execute("KILL " + row.get("id"));
            }
        }
    }

    @Test
    void aDivergentReplicaIsCopiedAnewAndTheEvidenceKept() throws SQLException {
        namespace.asRoot(
                "orders-2",
                "SET GLOBAL super_read_only = OFF",
                "SET SESSION sql_log_bin = 0",
                "INSERT INTO app.t VALUES (99)",
                "SET GLOBAL super_read_only = ON");
        namespace.asRoot("orders-1", "INSERT INTO app.t VALUES (99)");

        sets.awaitInstance("orders", "orders-2", "it is copied anew", PATIENCE, member -> member.reclones() != null);
        sets.awaitReady("orders", PATIENCE);
        assertThat(namespace.kubectl(
                        "get", "events", "-o", "jsonpath={.items[?(@.reason=='ReplicaDiverged')].message}"))
                .contains("1062");
        assertThat(number("orders-2", "SELECT COUNT(*) FROM app.t")).isEqualTo(3);
    }

    @Test
    void aPasswordChangedInTheSecretIsGivenToBothSides() throws SQLException {
        namespace
                .client()
                .secrets()
                .withName("orders-replication")
                .edit(secret -> new SecretBuilder(secret)
                        .withStringData(Map.of("password", "AnotherPassword1"))
                        .build());
        // The connection that stands goes on with the old one; a new one needs the new one.
        namespace.asRoot("orders-1", "ALTER USER repl@'%' IDENTIFIED BY 'SomethingElse2'");
        namespace.asRoot("orders-2", "STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD");
        namespace.asRoot("orders-1", "INSERT INTO app.t VALUES (3)");

        Awaitility.await("it is told")
                .atMost(PATIENCE)
                .until(() -> namespace
                        .kubectl("get", "events", "-o", "jsonpath={.items[*].reason}")
                        .contains("CredentialsRefreshed"));
        awaitRows(3);
        sets.awaitReady("orders", PATIENCE);
    }

    @Test
    void aReplicationAccountWithoutItsRightIsMadeAgain() throws SQLException {
        namespace.asRoot("orders-1", "SET SESSION sql_log_bin = 0", "REVOKE REPLICATION SLAVE ON *.* FROM repl@'%'");
        namespace.asRoot("orders-2", "STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD");
        namespace.asRoot("orders-1", "INSERT INTO app.t VALUES (3)");

        awaitRows(3);
        sets.awaitReady("orders", PATIENCE);
    }

    /** With GTIDs that needs no copy. */
    @Test
    void aReplicaThatLostTrackOfItsChannelIsAttachedAnew() throws SQLException {
        namespace.kubectl("exec", "orders-2-0", "-c", "mysqld", "--", "rm", "/var/lib/mysql/data/relay.index");
        namespace.kubectl("delete", "pod", "orders-2-0");
        namespace.asRoot("orders-1", "INSERT INTO app.t VALUES (3)");

        awaitRows(3);
        sets.awaitReady("orders", PATIENCE);
        assertThat(sets.status("orders").instance("orders-2").orElseThrow().reclones())
                .isNull();
    }

    private void awaitRows(int rows) {
        Awaitility.await(rows + " rows on the replica")
                .atMost(PATIENCE)
                // For a moment there is no pod, or no server.
                .ignoreExceptionsMatching(e -> e instanceof SQLException || e instanceof AssertionError)
                .until(() -> number("orders-2", "SELECT COUNT(*) FROM app.t") == rows);
    }

    private long number(String instance, String query) throws SQLException {
        try (Session session = namespace.mysql().instance("orders", instance)) {
            return session.number(query);
        }
    }

    private String value(String instance, String query, String column) throws SQLException {
        try (Session session = namespace.mysql().admin("orders", instance)) {
            return String.valueOf(session.query(query).getFirst().get(column));
        }
    }
}
