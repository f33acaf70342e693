package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data first, replicas later: through CLONE. */
@EndToEnd
class SeedingIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @ParameterizedTest
    @CsvSource({"GTID, 1024", "FilePosition, 64"})
    void replicasOfASetWithDataAreCopies(String positioning, int megabytes, TestNamespace namespace)
            throws SQLException {
        Sets sets = namespace.sets();
        var set = Sets.small("orders", 0, "replication: {positioning: %s}\n".formatted(positioning));
        sets.apply(set);
        sets.awaitReady("orders", PATIENCE);
        fill(namespace, megabytes);

        try (Writers writers = namespace.writers("orders", 1)) {
            sets.scale("orders", 1);
            sets.await(
                    "orders",
                    "progress of the copy is told",
                    PATIENCE,
                    status -> status.instances().stream().anyMatch(i -> i.seeding() != null));
            sets.awaitReady("orders", PATIENCE);
            writers.assertNothingLost();
            writers.assertNothingLostOn("orders-2", Duration.ofSeconds(30));
        }
        try (Session replica = namespace.mysql().instance("orders", "orders-2")) {
            assertThat(replica.number("SELECT COUNT(*) FROM ballast")).isEqualTo(megabytes);
        }
        InstanceStatus copied = sets.status("orders").instance("orders-2").orElseThrow();
        assertThat(copied.seeding()).isNull();
        assertThat(copied.sourcePosition()).isPositive();
        assertThat(namespace.kubectl("get", "events", "-o", "jsonpath={.items[*].reason}"))
                .contains("CloneStarted", "CloneCompleted", "ServesReads");
    }

    @Test
    void aDonorThatDiesMidwayIsSurvived(TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        sets.apply(Sets.read("""
                apiVersion: replicationset.dev/v1alpha1
                kind: MySQLReplicationSet
                metadata: {name: orders}
                spec:
                  replicas: 0
                  storage: {size: 1Gi}
                  bootstrap: {database: app}
                  mysqld: {innodb_buffer_pool_size: 32M, loose_clone_max_data_bandwidth: "20", loose_clone_autotune_concurrency: "OFF"}
                """));
        sets.awaitReady("orders", PATIENCE);
        fill(namespace, 300);
        sets.scale("orders", 1);
        sets.awaitInstance(
                "orders",
                "orders-2",
                "the copy runs",
                PATIENCE,
                member -> Optional.ofNullable(member.seeding())
                        .filter(seeding -> seeding.bytes() != null)
                        .isPresent());

        namespace.cluster().faults().kill(namespace.pod("orders-1"));

        sets.awaitInstance(
                "orders",
                "orders-2",
                "the copy begins anew",
                PATIENCE,
                member -> Optional.ofNullable(member.seeding())
                        .filter(seeding -> seeding.attempt() >= 2)
                        .isPresent());
        sets.awaitReady("orders", PATIENCE);
        try (Session replica = namespace.mysql().instance("orders", "orders-2")) {
            assertThat(replica.number("SELECT COUNT(*) FROM ballast")).isEqualTo(300);
        }
        assertThat(namespace.kubectl("get", "events", "-o", "jsonpath={.items[*].reason}"))
                .contains("CloneFailed");
    }

    /** Rows of one megabyte that don't compress. */
    private static void fill(TestNamespace namespace, int megabytes) throws SQLException {
        try (Session primary = namespace.mysql().primary("orders")) {
            primary.execute("CREATE TABLE ballast (id INT PRIMARY KEY AUTO_INCREMENT, data LONGBLOB)");
            primary.execute("SET SESSION cte_max_recursion_depth = 100000");
            for (int row = 0; row < megabytes; row++) {
                primary.execute("INSERT INTO ballast (data) VALUES (REPEAT(RANDOM_BYTES(1024), 1024))");
            }
        }
    }
}
