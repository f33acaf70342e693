package dev.replicationset.e2e.bench;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Faults;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How long clients can't write when the primary is lost, or hands its role over. */
@EndToEnd
class FailoverBench {
    private static final int RUNS = 30;
    private static final int CLIENTS = 4;
    private static final String SET = "orders";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration NOTICED = Duration.ofSeconds(1);

    private final TestNamespace namespace;
    private final Sets sets;
    private final Faults faults;
    private long acknowledged;
    private int inPlace;

    FailoverBench(TestNamespace namespace, TestCluster cluster) {
        this.namespace = namespace;
        this.sets = namespace.sets();
        this.faults = cluster.faults();
    }

    @Test
    void changesOfPrimary() throws SQLException {
        Ground ground = Ground.await(namespace);
        sets.apply(Sets.small(SET, 2, "replication: {durability: Required}\n"));
        Consumer<String> nothing = primary -> {};
        List<Figure> figures = List.of(
                gaps("kill -9 of the primary", primary -> faults.kill(namespace.pod(primary)), nothing, """
                        the longest time that any of the clients went without an acknowledged row, in a run that ends when \
                        each writes again; kubelet starts the container again meanwhile\
                        """)
                        .aim("median under 5 s"),
                gaps(
                                "`kubectl delete pod --force` of the primary",
                                primary -> namespace.kubectl(
                                        "delete", "pod", primary + "-0", "--force", "--grace-period=0"),
                                nothing,
                                "the same, with a grace period of 0")
                        .aim("median under 5 s"),
                gaps(
                                "freeze of the primary",
                                primary -> faults.freeze(namespace.pod(primary)),
                                primary -> faults.thaw(namespace.pod(primary)),
                                """
                        the same, with SIGSTOP to its processes: connections stay open and nobody answers; it goes on when all \
                        clients write again\
                        """)
                        .aim("median under 10 s"),
                gaps("switchover", this::promote, nothing, """
                        the same, with the annotation `replicationset.dev/promote` on a set that is well\
                        """).aim("median under 2 s"));
        new Chapter(FailoverBench.class, "Another primary")
                .text("""
                        A set with two replicas and `durability: Required`, and %d clients that write through the Service, each \
                        a row every 5 ms, give up after 1.5 s without an answer and connect again. Before each run all three \
                        servers are well. The 99th percentile is the nearest rank: of %d runs, the greatest.
                        """.formatted(CLIENTS, RUNS))
                .quantiles(figures)
                .text(
                        "In all runs together %d rows were acknowledged, and none was lost. In %d runs the old primary was back so soon that it stayed the primary."
                                .formatted(acknowledged, inPlace))
                .write(ground);
    }

    private Figure gaps(String name, Consumer<String> fault, Consumer<String> undo, String how) throws SQLException {
        List<Double> samples = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            samples.add(gap(fault, undo));
        }
        return Figure.seconds(name, samples, how);
    }

    private double gap(Consumer<String> fault, Consumer<String> undo) throws SQLException {
        sets.awaitSettled(SET, PATIENCE);
        sets.renewReplicas(SET, PATIENCE);
        String primary = sets.primary(SET);
        try (Writers writers = namespace.writers(SET, CLIENTS)) {
            fault.accept(primary);
            // A switchover, and the end of a pod, take a moment to begin: rows written until then tell nothing.
            sets.await(
                    SET,
                    "clients notice it",
                    PATIENCE,
                    status -> !primary.equals(status.primary())
                            || writers.longestGap().compareTo(NOTICED) > 0);
            writers.awaitProgress(PATIENCE);
            undo.accept(primary);
            writers.stop();
            double gap = writers.longestGap().toNanos() / 1e9;
            acknowledged += writers.acknowledged();
            sets.awaitSettled(SET, PATIENCE);
            writers.assertNothingLost(sets.replicas(SET), PATIENCE);
            inPlace += primary.equals(sets.primary(SET)) ? 1 : 0;
            return gap;
        }
    }

    private void promote(String primary) {
        namespace.kubectl(
                "annotate",
                "mrs",
                SET,
                "replicationset.dev/promote=" + sets.replicas(SET).getFirst());
    }
}
