package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.ConditionType;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Faults;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import io.fabric8.kubernetes.api.model.Condition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** With {@code failover.automatic: false} the operator says who could take over, and a person decides. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManualFailoverIT {
    private static final String SET = "orders";
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern WAY_OUT = Pattern.compile("replicationset\\.dev/promote=(\\S+)");

    private final TestNamespace namespace;
    private final Sets sets;
    private String stopped = "";

    ManualFailoverIT(TestNamespace namespace) {
        this.namespace = namespace;
        this.sets = namespace.sets();
    }

    @BeforeAll
    void makeSet() {
        sets.apply(Sets.small(SET, 2, "failover: {automatic: false}\n"));
    }

    @BeforeEach
    void awaitThatAllIsWell() {
        sets.awaitSettled(SET, PATIENCE);
        sets.awaitCondition(SET, ConditionType.FailoverReady, true, PATIENCE);
    }

    @AfterEach
    void startNode() {
        if (!stopped.isEmpty()) {
            faults().startNode(stopped);
            stopped = "";
        }
    }

    @Test
    void aPersonPromotesTheCandidateThatTheOperatorNames() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, 4)) {
            stopped = namespace
                    .client()
                    .pods()
                    .withName(succession.former() + "-0")
                    .require()
                    .getSpec()
                    .getNodeName();
            faults().stopNode(stopped);
            MySQLReplicationSetStatus status =
                    sets.await(SET, "a person is asked", PATIENCE, ManualFailoverIT::asksAPerson);
            assertThat(condition(status, ConditionType.FailoverReady).getStatus())
                    .as("FailoverReady")
                    .isEqualTo("True");
            Matcher wayOut = WAY_OUT.matcher(
                    condition(status, ConditionType.PrimaryAvailable).getMessage());
            assertThat(wayOut.find()).as("the message names the candidate").isTrue();
            String candidate = wayOut.group(1);
            assertThat(sets.replicas(SET)).contains(candidate);
            succession.awaitTold("PrimaryUnreachable: " + succession.former() + " is lost");
            succession.assertNoneFor(Duration.ofSeconds(10));

            succession.promote(candidate);

            assertThat(succession.awaitSuccessor(PATIENCE)).isEqualTo(candidate);
            writers.awaitProgress(PATIENCE);
            startNode();
            succession.assertFailedOver(writers);
            succession.assertNobodyAsked();
        }
    }

    /** It comes back by itself, and nobody is asked. */
    @Test
    void aKilledPrimaryStartsAgainInItsPlace() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, 4)) {
            faults().kill(succession.formerPod());

            succession.assertWell(writers);
            succession.assertNoneFor(Duration.ofSeconds(1));
        }
    }

    private static boolean asksAPerson(MySQLReplicationSetStatus status) {
        return Sets.condition(status, ConditionType.PrimaryAvailable)
                .filter(condition -> condition.getReason().equals("FailoverNotAutomatic"))
                .isPresent();
    }

    private static Condition condition(MySQLReplicationSetStatus status, ConditionType type) {
        return Sets.condition(status, type).orElseThrow();
    }

    private Faults faults() {
        return namespace.cluster().faults();
    }
}
