package dev.replicationset.e2e.sets;

import dev.replicationset.api.ConditionType;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Faults;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import io.fabric8.kubernetes.api.model.Pod;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The primary's node is lost, or the network parts it from others, while four clients write. One set, an instance on each
 * node, meets all faults; one of the operator's pods is on the node that is lost, or both are elsewhere.
 */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeFailoverIT {
    private static final String SET = "orders";
    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration TAKE_OVER = Duration.ofSeconds(90);
    private static final Duration WATCHED = Duration.ofSeconds(10);

    private final TestNamespace namespace;
    private final OperatorInstall operator;
    private final Sets sets;
    private String stopped = "";

    NodeFailoverIT(TestNamespace namespace, OperatorInstall operator) {
        this.namespace = namespace;
        this.operator = operator;
        this.sets = namespace.sets();
    }

    @BeforeAll
    void makeSet() {
        sets.apply(Sets.small(SET, 2, "replication: {durability: Required}\n"));
    }

    @BeforeEach
    void awaitThatAllIsWell() {
        sets.awaitSettled(SET, PATIENCE);
    }

    @AfterEach
    void mend() {
        faults().heal();
        if (!stopped.isEmpty()) {
            startNode();
        }
    }

    @Test
    void thePrimarysNodeIsStopped() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            stopped = nodeOf(succession.former());
            faults().stopNode(stopped);

            succession.awaitSuccessor(TAKE_OVER);
            writers.awaitProgress(TAKE_OVER);
            startNode();

            succession.assertFailedOver(writers);
        }
    }

    /** It runs on, open for writes, where nobody sees it; when it is back it has to step down. */
    @Test
    void thePrimarysNodeIsCutOffFromAllOthers() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            faults().cut(nodeOf(succession.former()));

            succession.awaitSuccessor(TAKE_OVER);
            writers.awaitProgress(TAKE_OVER);
            faults().heal();

            succession.assertFailedOver(writers);
        }
    }

    /**
     * Clients and the operator reach it, but nobody can acknowledge: writes wait, or another takes over. Which of the two is
     * not asked, as long as no acknowledged row is lost.
     */
    @Test
    void thePrimaryIsCutOffFromItsReplicas() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            for (String replica : sets.replicas(SET)) {
                faults().cut(succession.formerPod(), namespace.pod(replica));
            }
            sets.await(
                    SET,
                    "the replicas have given the connection up",
                    PATIENCE,
                    status -> status.instances().stream()
                            .noneMatch(instance -> succession.former().equals(instance.source())
                                    && "Yes".equals(instance.ioThread())));
            faults().heal();

            succession.assertWell(writers);
        }
    }

    /** The operator sees nothing of it, but the replicas do: it is left as it is, and writes go on. */
    @Test
    void thePrimaryIsCutOffFromTheOperator() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            for (Pod pod : operator.pods()) {
                faults().cut(
                                succession.formerPod(),
                                OperatorInstall.NAMESPACE + "/"
                                        + pod.getMetadata().getName());
            }
            sets.awaitCondition(SET, ConditionType.PrimaryAvailable, false, PATIENCE);

            succession.assertNoneFor(WATCHED);
            writers.awaitProgress(Duration.ofSeconds(10));
            faults().heal();

            sets.awaitSettled(SET, PATIENCE);
            succession.assertNoneFor(Duration.ofSeconds(3));
            succession.assertWell(writers);
        }
    }

    private String nodeOf(String instance) {
        return namespace
                .client()
                .pods()
                .withName(instance + "-0")
                .require()
                .getSpec()
                .getNodeName();
    }

    private void startNode() {
        faults().startNode(stopped);
        stopped = "";
    }

    private Faults faults() {
        return namespace.cluster().faults();
    }
}
