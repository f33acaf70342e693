package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.ConditionType;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The primary's node goes down without a word, and no replica is to take over. */
@EndToEnd
class NodeLossIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    private final TestNamespace namespace;
    private final Sets sets;
    private String lost = "";

    NodeLossIT(TestNamespace namespace) {
        this.namespace = namespace;
        this.sets = namespace.sets();
    }

    @AfterEach
    void bringTheNodeBack() {
        if (!lost.isEmpty()) {
            namespace.cluster().faults().startNode(lost);
            namespace.cluster().shell().attempt("kubectl", "taint", "node", lost, OUT_OF_SERVICE + "-");
            lost = "";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "shared"})
    void itComesBack(String storageClass) throws SQLException {
        makeSet(storageClass);
        try (Writers writers = namespace.writers("orders", 2)) {
            loseThePrimarysNode();

            namespace.cluster().faults().startNode(lost);
            lost = "";

            assertHealed(writers);
        }
    }

    /** With storage that moves, Kubernetes starts the pod elsewhere once a person has told it that the node is off. */
    @Test
    void itStaysAwayAndTheDataMoves() throws SQLException {
        makeSet("shared");
        try (Writers writers = namespace.writers("orders", 2)) {
            loseThePrimarysNode();

            namespace.kubectl("taint", "node", lost, OUT_OF_SERVICE + "=nodeshutdown:NoExecute");

            assertHealed(writers);
            assertThat(nodeOf("orders-1")).isNotEqualTo(lost);
        }
    }

    private void makeSet(String storageClass) {
        sets.apply(Sets.read("""
                apiVersion: replicationset.dev/v1alpha1
                kind: MySQLReplicationSet
                metadata: {name: orders}
                spec:
                  replicas: 1
                  storage: {size: 1Gi, storageClassName: %s}
                  bootstrap: {database: app}
                  failover: {automatic: false}
                  mysqld: {innodb_buffer_pool_size: 32M}
                """.formatted(storageClass)));
        sets.awaitReady("orders", PATIENCE);
    }

    private void loseThePrimarysNode() {
        String node = nodeOf("orders-1");
        namespace.cluster().faults().stopNode(node);
        lost = node;
        sets.awaitCondition("orders", ConditionType.PrimaryAvailable, false, PATIENCE);
    }

    private String nodeOf(String instance) {
        return namespace
                .client()
                .pods()
                .withName(instance + "-0")
                .get()
                .getSpec()
                .getNodeName();
    }

    private void assertHealed(Writers writers) throws SQLException {
        writers.awaitProgress(PATIENCE);
        sets.awaitReady("orders", PATIENCE);
        assertThat(sets.primary("orders")).isEqualTo("orders-1");
        writers.assertNothingLost();
        writers.assertNothingLostOn("orders-2", Duration.ofSeconds(30));
    }
}
