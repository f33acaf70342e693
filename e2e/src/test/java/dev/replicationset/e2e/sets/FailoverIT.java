package dev.replicationset.e2e.sets;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Faults;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The primary's process or pod is lost while four clients write. A replica takes its place, and no row is lost whose commit
 * a client saw acknowledged. One set meets all faults, one after the other.
 */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailoverIT {
    private static final String SET = "orders";
    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration TAKE_OVER = Duration.ofSeconds(60);

    private final TestNamespace namespace;
    private final Sets sets;
    private final List<String> frozen = new ArrayList<>();

    FailoverIT(TestNamespace namespace) {
        this.namespace = namespace;
        this.sets = namespace.sets();
    }

    @BeforeAll
    void makeSet() {
        sets.apply(Sets.small(SET, 2, "replication: {durability: Required}\n"));
    }

    @BeforeEach
    void awaitThatAllIsWell() {
        sets.awaitSettled(SET, PATIENCE);
        sets.renewReplicas(SET, PATIENCE);
    }

    @AfterEach
    void thaw() {
        List.copyOf(frozen).forEach(this::thaw);
    }

    @Test
    void aPrimaryThatIsKilled() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            faults().kill(succession.formerPod());

            succession.awaitSuccessor(TAKE_OVER);
            succession.assertFailedOver(writers);
        }
    }

    @Test
    void itsSuccessorIsKilledRightAfter() throws SQLException {
        Succession first = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            faults().kill(first.formerPod());
            first.awaitNamed(TAKE_OVER);
            Succession second = Succession.of(namespace, SET);
            faults().kill(second.formerPod());

            second.awaitSuccessor(TAKE_OVER);
            second.assertFailedOver(writers);
        }
    }

    /** It keeps its connections and answers nobody. When it goes on, what waits there for replicas is answered to nobody. */
    @Test
    void aPrimaryThatIsFrozen() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            freeze(succession.former());

            succession.awaitSuccessor(TAKE_OVER);
            writers.awaitProgress(TAKE_OVER);
            thaw(succession.former());

            succession.assertFailedOver(writers);
        }
    }

    /** Open for writes, with clients connected, in the middle of the change. Who leads in the end is not asked. */
    @Test
    void aFrozenPrimaryThatGoesOnWhileItIsBeingReplaced() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            freeze(succession.former());
            sets.await(
                    SET,
                    "a change of primary has begun",
                    TAKE_OVER,
                    status ->
                            status.transition() != null || !succession.former().equals(status.primary()));
            thaw(succession.former());

            succession.assertWell(writers);
        }
    }

    /** Kubernetes forgets the pod at once and makes another of its name, while the old process may live on for a moment. */
    @Test
    void aPrimaryWhosePodIsDeletedByForce() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            namespace.kubectl("delete", "pod", succession.former() + "-0", "--force", "--grace-period=0");

            succession.awaitSuccessor(TAKE_OVER);
            succession.assertFailedOver(writers);
        }
    }

    @Test
    void aPrimaryWhosePodIsDeleted() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            namespace.kubectl("delete", "pod", succession.former() + "-0", "--wait=false");

            succession.awaitPlannedSuccessor(TAKE_OVER);
            succession.assertWell(writers);
        }
        succession.awaitTold("SwitchoverStarted: ");
    }

    /**
     * What both held may be all there is of a write. Which of them is back first, the primary or the replica that is needed
     * to replace it, is not asked.
     */
    @Test
    void aPrimaryAndAReplicaThatAreKilledAtOnce() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        String replica = sets.replicas(SET).getFirst();
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            Executor threads = task -> Thread.ofVirtual().start(task);
            Stream.of(succession.formerPod(), namespace.pod(replica))
                    .map(pod -> CompletableFuture.runAsync(() -> faults().kill(pod), threads))
                    .toList()
                    .forEach(CompletableFuture::join);

            succession.assertWell(writers);
        }
    }

    /** The primary's process ends again just when it is back, and kubelet lets it wait: the set goes on without it. */
    @Test
    void aPrimaryThatIsKilledAgainWhenItIsBack() throws SQLException {
        Succession succession = Succession.of(namespace, SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            faults().kill(succession.formerPod());
            awaitStartedAgain(succession.former());
            faults().kill(succession.formerPod());

            succession.awaitSuccessor(TAKE_OVER);
            writers.awaitProgress(TAKE_OVER);
            succession.assertFailedOver(writers);
        }
    }

    private void awaitStartedAgain(String instance) {
        namespace
                .client()
                .pods()
                .withName(instance + "-0")
                .waitUntilCondition(
                        pod -> pod != null
                                && pod.getStatus().getContainerStatuses().stream()
                                        .anyMatch(container -> container.getRestartCount() > 0
                                                && container.getState().getRunning() != null),
                        TAKE_OVER.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private Faults faults() {
        return namespace.cluster().faults();
    }

    private void freeze(String instance) {
        frozen.add(instance);
        faults().freeze(namespace.pod(instance));
    }

    private void thaw(String instance) {
        frozen.remove(instance);
        faults().thaw(namespace.pod(instance));
    }
}
