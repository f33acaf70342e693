package dev.replicationset.e2e.bench;

import dev.replicationset.e2e.AuditLog;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.bench.Figure.Unit;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a set costs that needs nothing: reconciles, requests, memory of the operator. */
@EndToEnd
class IdleBench {
    private static final int MINUTES = 3;
    private static final String WRITES = "write=\"true\"";
    private static final String READS = "write=\"false\"";
    private static final Duration SETTLED = Duration.ofSeconds(10);

    @Test
    void anIdleSet(TestNamespace namespace, OperatorInstall operator, TestCluster cluster) {
        Ground ground = Ground.await(namespace);
        OperatorPods pods = new OperatorPods(cluster, operator);
        // Memory remembers earlier sets.
        pods.replace();
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 2));
        sets.awaitReady("orders", Duration.ofMinutes(2));
        pass(SETTLED);

        List<Counters> minutes = new ArrayList<>();
        List<Double> audited = new ArrayList<>();
        List<Double> leader = new ArrayList<>();
        List<Double> standby = new ArrayList<>();
        List<Double> files = new ArrayList<>();
        for (int minute = 0; minute < MINUTES; minute++) {
            Instant began = Instant.now();
            Counters before = Counters.of(pods);
            pass(Duration.ofMinutes(1));
            minutes.add(Counters.of(pods).since(before));
            if (cluster.ours()) {
                audited.add((double) AuditLog.operatorsWrites(namespace.cluster(), began, Instant.now())
                        .size());
                NodeProcess leading = NodeProcess.of(cluster, pods.leader());
                leader.add(leading.megabytes("VmRSS"));
                files.add(leading.megabytes("RssFile"));
                standby.add(NodeProcess.of(cluster, pods.standby()).megabytes("VmRSS"));
            }
        }
        Chapter chapter = new Chapter(IdleBench.class, "A set at rest")
                .text("""
                        A set with two replicas and no clients. The operator's pods are new; what is counted begins ten seconds \
                        after the set became Ready, minute by minute.\
                        """)
                .table(
                        Figure.count("reconciles in a minute", each(minutes, Counters::reconciles), """
                                `replicationset_reconciles_seconds_count` of both pods\
                                """),
                        Figure.count("writes to the API server", each(minutes, Counters::writes), """
                                        `replicationset_api_requests_total` with `write="true"` of both pods, without those to \
                                        the lease\
                                        """)
                                .aim("0"),
                        Figure.count("the same, as the API server has it", audited, """
                                        the operator's writes in the API server's audit log, without those to the lease\
                                        """)
                                .aim("0")
                                .only(cluster.ours(), "not counted, since this cluster's audit log can't be read"),
                        Figure.count("reads of the API server", each(minutes, Counters::reads), """
                                the same counter with `write="false"`, without those of the lease: watches that ended and are \
                                opened again\
                                """),
                        Figure.count("requests for the lease", each(minutes, Counters::leases), """
                                reads and writes, once a second by each pod, so that another takes over within seconds; however \
                                many sets there are\
                                """),
                        Figure.count("polls of mysqlds", each(minutes, Counters::polls), """
                                `replicationset_polls_total` of both pods: three servers once a second, by the leader and by the \
                                operator in waiting\
                                """))
                .table(
                        Figure.megabytes("memory of the leader", leader, """
                                        VmRSS of the process on its node, at the end of each minute\
                                        """)
                                .aim("under 150 MB")
                                .only(cluster.ours(), NodeProcess.ELSEWHERE),
                        Figure.megabytes("memory of the operator in waiting", standby, "the same of the other pod")
                                .only(cluster.ours(), NodeProcess.ELSEWHERE),
                        Figure.megabytes("of the leader's, mapped from files", files, """
                                        RssFile: the Java runtime's libraries and its archive of classes\
                                        """)
                                .only(cluster.ours(), NodeProcess.ELSEWHERE));
        Pod leading = pods.leader();
        chapter.text("""
                        What the leader's memory is made of, by its own figures: the heap has taken %s from the system, may take \
                        64 MB and holds %s; classes take %s, compiled code %s. The rest is the runtime: what is mapped from \
                        files, and what it needs for threads, connections and the garbage collector.\
                        """.formatted(
                                jvm(leading, "jvm_memory_committed_bytes", "area=\"heap\""),
                                jvm(leading, "jvm_memory_used_bytes", "area=\"heap\""),
                                jvm(leading, "jvm_memory_committed_bytes", "id=\"Metaspace\""),
                                jvm(leading, "jvm_memory_committed_bytes", "id=\"CodeCache\"")))
                .write(ground);
    }

    /** What the operators have counted of themselves, both together. */
    private record Counters(double reconciles, double writes, double reads, double leases, double polls) {
        static Counters of(OperatorPods pods) {
            String requests = "replicationset_api_requests_total";
            String lease = "resource=\"leases\"";
            return new Counters(
                    pods.sum("replicationset_reconciles_seconds_count"),
                    pods.sum(requests, WRITES) - pods.sum(requests, WRITES, lease),
                    pods.sum(requests, READS) - pods.sum(requests, READS, lease),
                    pods.sum(requests, lease),
                    pods.sum("replicationset_polls_total"));
        }

        Counters since(Counters before) {
            return new Counters(
                    reconciles - before.reconciles,
                    writes - before.writes,
                    reads - before.reads,
                    leases - before.leases,
                    polls - before.polls);
        }
    }

    private static List<Double> each(List<Counters> minutes, Function<Counters, Double> counter) {
        return minutes.stream().map(counter).toList();
    }

    private static String jvm(Pod pod, String metric, String... parts) {
        return Unit.MEGABYTES.text(Math.rint(OperatorPods.metric(pod, metric, parts) / 1e6));
    }

    private static void pass(Duration time) {
        Instant end = Instant.now().plus(time);
        Awaitility.await("time goes by")
                .atMost(time.plusSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> Instant.now().isAfter(end));
    }
}
