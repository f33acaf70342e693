package dev.replicationset.e2e.bench;

import static dev.replicationset.e2e.bench.Moments.seconds;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many sets at once. */
@EndToEnd
class ManySetsBench {
    private static final int RUNS = 2;
    private static final int SETS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Test
    void twentySetsAtOnce(TestNamespace namespace, OperatorInstall operator, TestCluster cluster) {
        Ground ground = Ground.await(namespace);
        OperatorPods pods = new OperatorPods(cluster, operator);
        List<Double> all = new ArrayList<>();
        List<Double> each = new ArrayList<>();
        List<Double> memory = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            pods.replace();
            List<Double> ready = create(namespace, "run" + run + "-");
            each.addAll(ready);
            all.add(ready.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
            if (cluster.ours()) {
                memory.add(NodeProcess.of(cluster, pods.leader()).megabytes("VmRSS"));
            }
            Cleanup.of(namespace);
        }
        new Chapter(ManySetsBench.class, "%d sets at once".formatted(SETS))
                .text("""
                        Sets of a primary alone, applied one right after the other. Each initialises and starts a mysqld, so the \
                        processors are the limit. The operator's pods are new before each run.\
                        """)
                .table(
                        Figure.seconds("until all are Ready", all, "from before the first is applied, by a watch"),
                        Figure.seconds("until each is Ready", each, "the same of every set of all runs"),
                        Figure.megabytes("memory of the leader", memory, """
                                        VmRSS of the process on its node, the moment the last set is Ready\
                                        """)
                                .only(cluster.ours(), NodeProcess.ELSEWHERE))
                .write(ground);
    }

    private static List<Double> create(TestNamespace namespace, String prefix) {
        Map<String, Instant> ready = new ConcurrentHashMap<>();
        Sets sets = namespace.sets();
        var watch = sets.operation().inform(new ReadyHandler(ready));
        try {
            Instant began = Instant.now();
            IntStream.rangeClosed(1, SETS).forEach(number -> sets.apply(Sets.small(prefix + number, 0)));
            Awaitility.await("all sets are Ready").atMost(PATIENCE).until(() -> ready.size() == SETS);
            return ready.values().stream().map(at -> seconds(began, at)).toList();
        } finally {
            watch.close();
        }
    }

    /** Notes when each set was first Ready. */
    private record ReadyHandler(Map<String, Instant> ready) implements ResourceEventHandler<MySQLReplicationSet> {
        @Override
        public void onAdd(MySQLReplicationSet set) {
            look(set);
        }

        @Override
        public void onUpdate(MySQLReplicationSet before, MySQLReplicationSet set) {
            look(set);
        }

        @Override
        public void onDelete(MySQLReplicationSet set, boolean unknown) {
            // None is deleted while this looks.
        }

        private void look(MySQLReplicationSet set) {
            if (Sets.ready(set)) {
                ready.putIfAbsent(set.getMetadata().getName(), Instant.now());
            }
        }
    }
}
