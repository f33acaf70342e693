package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipe, from one applied resource: primary, replicas, recorded coordinates, and a row that arrives. */
@EndToEnd
class FromZeroIT {
    @ParameterizedTest
    @ValueSource(strings = {"GTID", "FilePosition"})
    void aRowWrittenOnThePrimaryIsSeenOnEveryReplica(String positioning, TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 2, "replication: {positioning: %s}\n".formatted(positioning)));
        MySQLReplicationSetStatus status = sets.awaitReady("orders", Duration.ofMinutes(2));

        assertThat(status.primary()).isEqualTo("orders-1");
        assertThat(status.ready()).isEqualTo("2/2");
        assertThat(status.version()).startsWith("9.");
        BinlogCoordinates recorded = Objects.requireNonNull(status.binlog());
        for (String replica : sets.replicas("orders")) {
            InstanceStatus instance = status.instance(replica).orElseThrow();
            assertThat(instance.source()).isEqualTo("orders-1");
            assertThat(instance.sourceFile()).isEqualTo(recorded.file());
            assertThat(instance.sourcePosition()).isEqualTo(recorded.position());
            assertThat(instance.ioThread()).isEqualTo("Yes");
            assertThat(instance.sqlThread()).isEqualTo("Yes");
        }

        try (Session primary = namespace.mysql().primary("orders")) {
            primary.execute("CREATE TABLE hello (id INT PRIMARY KEY, greeting VARCHAR(40))");
            primary.execute("INSERT INTO hello VALUES (1, 'from the primary')");
        }
        for (String replica : sets.replicas("orders")) {
            awaitRow(namespace, replica);
            assertThat(hasGtidsOfItsOwn(namespace, replica)).isFalse();
        }
        try (Session reads = namespace.mysql().replicas("orders")) {
            assertThat(reads.number("SELECT @@server_id")).isIn(1002L, 1003L);
        }
    }

    private static void awaitRow(TestNamespace namespace, String instance) {
        Awaitility.await("the row on " + instance)
                .atMost(Duration.ofSeconds(10))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> {
                    try (Session replica = namespace.mysql().instance("orders", instance)) {
                        return "from the primary".equals(replica.value("SELECT greeting FROM hello WHERE id = 1"));
                    }
                });
    }

    private static boolean hasGtidsOfItsOwn(TestNamespace namespace, String instance) throws SQLException {
        try (Session replica = namespace.mysql().admin("orders", instance)) {
            return replica.number("SELECT LOCATE(@@server_uuid, @@gtid_executed)") > 0;
        }
    }
}
