package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node goes down without a word and comes back. */
@EndToEnd
class NodeLossIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @ParameterizedTest
    @ValueSource(strings = {"standard", "shared"})
    void thePrimarysNodeIsLostAndComesBack(String storageClass, TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        var set = Sets.small("orders", 1);
        set.setSpec(Sets.read("""
                apiVersion: replicationset.dev/v1alpha1
                kind: MySQLReplicationSet
                metadata: {name: orders}
                spec:
                  replicas: 1
                  storage: {size: 1Gi, storageClassName: %s}
                  bootstrap: {database: app}
                  mysqld: {innodb_buffer_pool_size: 32M}
                """.formatted(storageClass)).getSpec());
        sets.apply(set);
        sets.awaitReady("orders", PATIENCE);
        String node =
                namespace.client().pods().withName("orders-1-0").get().getSpec().getNodeName();
        try (Writers writers = namespace.writers("orders", 2)) {
            namespace.cluster().faults().stopNode(node);
            try {
                sets.await(
                        "orders",
                        "the loss is told",
                        PATIENCE,
                        status -> status.conditions().stream()
                                .anyMatch(condition -> condition.getType().equals("PrimaryAvailable")
                                        && condition.getStatus().equals("False")));
            } finally {
                namespace.cluster().faults().startNode(node);
            }
            writers.awaitProgress(PATIENCE);
            sets.awaitReady("orders", PATIENCE);
            writers.assertNothingLost();
            writers.assertNothingLostOn("orders-2", Duration.ofSeconds(30));
        }
        assertThat(sets.primary("orders")).isEqualTo("orders-1");
    }
}
