package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The primary is well and hands its role over, since somebody asks for it or its pod has to go, while four clients write.
 * Each takes one epoch, nothing acknowledged is lost, and no failover is needed for it.
 */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SwitchoverIT {
    private static final String SET = "orders";
    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration HAND_OVER = Duration.ofSeconds(60);

    private final TestNamespace namespace;
    private final Sets sets;
    private String drained = "";

    SwitchoverIT(TestNamespace namespace) {
        this.namespace = namespace;
        this.sets = namespace.sets();
    }

    @BeforeAll
    void makeSet() {
        sets.apply(Sets.small(SET, 2));
    }

    @BeforeEach
    void awaitThatAllIsWell() {
        sets.awaitSettled(SET, PATIENCE);
    }

    @AfterEach
    void noFailoverWasNeeded() {
        uncordon();
        assertThat(namespace.events()).noneMatch(event -> event.startsWith("FailoverStarted"));
    }

    @Test
    void somebodyAsksForIt() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        String wanted = sets.replicas(SET).getLast();
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            succession.promote(wanted);

            assertThat(succession.awaitPlannedSuccessor(HAND_OVER)).isEqualTo(wanted);
            succession.assertWell(writers);
        }
        succession.assertNobodyAsked();
        succession.awaitTold("SwitchoverStarted: %s takes the place of %s".formatted(wanted, succession.former()));
        succession.awaitTold("PrimaryChanged: %s is the primary".formatted(wanted));
    }

    @Test
    void thePrimarysPodIsDeleted() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            namespace.kubectl("delete", "pod", succession.former() + "-0", "--wait=false");

            String successor = succession.awaitPlannedSuccessor(HAND_OVER);
            succession.assertWell(writers);
            succession.awaitTold(
                    "SwitchoverStarted: %s takes the place of %s".formatted(successor, succession.former()));
        }
    }

    @Test
    void thePrimarysNodeIsDrained() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            drained = namespace
                    .client()
                    .pods()
                    .withName(succession.former() + "-0")
                    .require()
                    .getSpec()
                    .getNodeName();
            namespace.kubectl(
                    "drain",
                    drained,
                    "--pod-selector=replicationset.dev/set=" + SET,
                    "--delete-emptydir-data",
                    "--timeout=120s");

            succession.awaitPlannedSuccessor(HAND_OVER);
            writers.awaitProgress(HAND_OVER);
            uncordon();
            succession.assertWell(writers);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "", "orders-1; DROP TABLE"})
    void nonsenseIsRefusedAndTheWayOutIsTold(String nonsense) {
        Succession succession = Succession.of(namespace, SET);

        succession.promote(nonsense);

        succession.assertNobodyAsked();
        succession.awaitTold("PromoteRefused: replicationset.dev/promote: %s is no replica of this set; name one of"
                .formatted(nonsense.isBlank() ? "an empty value" : nonsense));
        succession.assertNoneFor(Duration.ofSeconds(2));
    }

    /** It is what was asked for already. */
    @Test
    void thePrimaryItselfIsAskedFor() {
        Succession succession = Succession.of(namespace, SET);

        succession.promote(succession.former());

        succession.assertNobodyAsked();
        succession.assertNoneFor(Duration.ofSeconds(2));
    }

    private void uncordon() {
        if (!drained.isEmpty()) {
            namespace.kubectl("uncordon", drained);
            drained = "";
        }
    }
}
