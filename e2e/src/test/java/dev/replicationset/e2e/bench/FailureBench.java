package dev.replicationset.e2e.bench;

import static dev.replicationset.e2e.bench.Moments.seconds;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long it takes until what broke is worked around. */
@EndToEnd
class FailureBench {
    private static final int RUNS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String ELSEWHERE =
            "needs faults below Kubernetes, which only the project's own cluster allows";

    private int changes;

    @Test
    void whatBreaks(TestNamespace namespace, OperatorInstall operator, TestCluster cluster) throws Exception {
        Ground ground = Ground.await(namespace);
        // A container's second crash within ten minutes waits for kubelet's back-off, so each set has one.
        List<String> names = IntStream.rangeClosed(1, RUNS)
                .mapToObj(number -> "set" + number)
                .toList();
        Sets sets = namespace.sets();
        // A primary is to come back in its own place; how one is replaced is measured by FailoverBench.
        names.forEach(name -> sets.apply(Sets.small(name, 1, "failover: {automatic: false}\n")));
        names.forEach(name -> sets.awaitReady(name, PATIENCE));

        List<Killed> killed = new ArrayList<>();
        List<Double> leaving = new ArrayList<>();
        List<Double> leaderKilled = new ArrayList<>();
        List<Double> leaderDeleted = new ArrayList<>();
        OperatorPods pods = new OperatorPods(cluster, operator);
        for (String name : names) {
            if (cluster.ours()) {
                killed.add(kill(namespace, operator, name));
                sets.awaitReady(name, PATIENCE);
                leaving.add(freeze(namespace, name));
                sets.awaitReady(name, PATIENCE);
            }
        }
        for (int run = 0; run < RUNS; run++) {
            leaderDeleted.add(deleteLeader(pods, sets, names.getFirst()));
            if (cluster.ours()) {
                leaderKilled.add(killLeader(pods, sets, names.getFirst()));
            }
        }
        pods.awaitBoth();
        new Chapter(FailureBench.class, "What breaks")
                .text("%d sets of a primary and a replica; each is broken once, while the others rest.".formatted(RUNS))
                .table(figures(killed, leaving, leaderDeleted, leaderKilled).stream()
                        .map(figure -> figure.only(!figure.samples().isEmpty(), ELSEWHERE))
                        .toList())
                .write(ground);
    }

    private static List<Figure> figures(
            List<Killed> killed, List<Double> leaving, List<Double> leaderDeleted, List<Double> leaderKilled) {
        return List.of(
                Figure.seconds("writes again after kill -9 of the primary", each(killed, Killed::gap), """
                        the longest time between two acknowledged rows of a client that writes through the Service, one row \
                        every 5 ms, and connects again whenever it fails; no acknowledged row is lost\
                        """)
                        .aim("under 4 s"),
                Figure.seconds("of that, until mysqld accepts clients", each(killed, Killed::starting), """
                        to its line "ready for connections": kubelet sees the death and starts the container, mysqld recovers\
                        """),
                Figure.seconds("until the operator has opened it", each(killed, Killed::opening), """
                        from there to the line that says so in the operator's log\
                        """),
                Figure.seconds("until the client writes", each(killed, Killed::noticing), """
                        from there to its next acknowledged row\
                        """),
                Figure.seconds("readers led away from a frozen replica", leaving, """
                        from the replica's last answer to a client that asks every 5 ms, until the EndpointSlice of the read \
                        Service leads to it no more\
                        """)
                        .aim("under 3 s"),
                Figure.seconds("an operator acts after `kubectl delete pod --force` of the leader", leaderDeleted, """
                        from the deletion with a grace period of 0 until the set's status speaks of a change of its spec, \
                        which is made the moment the old process no longer answers; a leader that has the time to gives its \
                        lease back, otherwise it runs out after 6 s\
                        """),
                Figure.seconds("an operator acts after kill -9 of the leader", leaderKilled, """
                        from the leader's last answer to /livez, likewise; mostly its own container is back before the lease \
                        runs out, and holds it by the name of its pod\
                        """));
    }

    /**
     * A primary that was killed.
     *
     * @param gap seconds without a write
     * @param starting, opening, noticing the parts of it
     */
    private record Killed(double gap, double starting, double opening, double noticing) {}

    private static Killed kill(TestNamespace namespace, OperatorInstall operator, String name) throws SQLException {
        String primary = namespace.sets().primary(name);
        try (Writers writers = namespace.writers(name, 1)) {
            Instant before = Instant.now();
            namespace.cluster().faults().kill(namespace.pod(primary));
            writers.awaitProgress(PATIENCE);
            Instant again = Instant.now();
            writers.assertNothingLost();
            double gap = writers.longestGap().toNanos() / 1e9;
            Instant accepts = Logs.of(namespace, primary + "-0", "mysqld").last("ready for connections");
            Instant opened = Logs.of(operator, namespace.cluster().client(), before)
                    .last(namespace.name() + "/" + name + ": OpenPrimary");
            double opening = seconds(accepts, opened);
            double noticing = seconds(opened, again);
            return new Killed(gap, gap - opening - noticing, opening, noticing);
        }
    }

    private static List<Double> each(List<Killed> runs, Function<Killed, Double> figure) {
        return runs.stream().map(figure).toList();
    }

    private static double freeze(TestNamespace namespace, String name) throws Exception {
        String replica = namespace.sets().replicas(name).getFirst();
        try (Session session = namespace.mysql().instance(name, replica);
                Pulse pulse = Pulse.of(() -> session.number("SELECT 1"))) {
            namespace.cluster().faults().freeze(namespace.pod(replica));
            try {
                Instant left = Moments.reads(namespace.client(), name, pods -> !pods.contains(replica + "-0"));
                return seconds(pulse.last(), left);
            } finally {
                namespace.cluster().faults().thaw(namespace.pod(replica));
            }
        }
    }

    private double deleteLeader(OperatorPods pods, Sets sets, String set) throws Exception {
        pods.awaitBoth();
        Pod leader = pods.leader();
        try (HttpClient http = http();
                Pulse pulse = Pulse.of(() -> alive(http, leader))) {
            Instant asked = Instant.now();
            pods.cluster().client().resource(leader).withGracePeriod(0).delete();
            pulse.awaitEnd();
            return seconds(asked, Moments.observed(sets, change(sets, set)));
        }
    }

    /** Of a new pod, which kubelet starts again without a pause. */
    private double killLeader(OperatorPods pods, Sets sets, String set) throws Exception {
        pods.replace();
        Pod leader = pods.leader();
        try (HttpClient http = http();
                Pulse pulse = Pulse.of(() -> alive(http, leader))) {
            String pod = OperatorInstall.NAMESPACE + "/" + leader.getMetadata().getName();
            pods.cluster().faults().kill(pod);
            pulse.awaitEnd();
            return seconds(pulse.last(), Moments.observed(sets, change(sets, set)));
        }
    }

    private static HttpClient http() {
        return HttpClient.newBuilder().connectTimeout(Duration.ofMillis(300)).build();
    }

    private static int alive(HttpClient http, Pod pod) throws Exception {
        URI uri = URI.create("http://%s:8080/livez".formatted(pod.getStatus().getPodIP()));
        return http.send(
                        HttpRequest.newBuilder(uri)
                                .timeout(Duration.ofMillis(300))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    /** A change that asks for no object and no server to be touched. */
    private MySQLReplicationSet change(Sets sets, String set) {
        String patch = "{\"spec\":{\"reads\":{\"maxLag\":\"%ds\"}}}".formatted(31 + changes++);
        return sets.operation().withName(set).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }
}
