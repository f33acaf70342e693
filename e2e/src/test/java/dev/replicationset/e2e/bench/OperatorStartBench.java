package dev.replicationset.e2e.bench;

import static dev.replicationset.e2e.bench.Moments.seconds;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How long an operator takes until it is of use, and what it takes of memory then. */
@EndToEnd
class OperatorStartBench {
    private static final int RUNS = 5;
    private static final Pattern STARTED = Pattern.compile("Started in (\\d+) ms");

    @Test
    void untilReady(TestNamespace namespace, OperatorInstall operator, TestCluster cluster) {
        Ground ground = Ground.await(namespace);
        List<Double> logged = new ArrayList<>();
        List<Double> process = new ArrayList<>();
        List<Double> pod = new ArrayList<>();
        List<Double> memory = new ArrayList<>();
        OperatorPods pods = new OperatorPods(cluster, operator);
        for (int run = 0; run < RUNS; run++) {
            pods.awaitBoth();
            Begun begun = begin(pods);
            Matcher words = STARTED.matcher(begun.line().text());
            if (!words.find()) {
                throw new AssertionError(begun.line());
            }
            logged.add(Long.parseLong(words.group(1)) / 1000.0);
            pod.add(seconds(begun.asked(), begun.ready()));
            if (cluster.ours()) {
                NodeProcess java = NodeProcess.of(cluster, begun.pod());
                process.add(seconds(java.startedAt(), begun.line().at()));
                memory.add(java.megabytes("VmRSS"));
            }
        }
        pods.awaitBoth();
        new Chapter(OperatorStartBench.class, "The operator's start")
                .text("The pod in waiting is deleted while no set exists, and its successor is looked at.")
                .table(
                        Figure.seconds("process, until /readyz says yes", process, """
                                        from the start of the process, as the kernel has it, until all caches are filled; the \
                                        log line "Started in … ms" is written the moment /readyz turns\
                                        """)
                                .aim("under 1.5 s")
                                .only(cluster.ours(), NodeProcess.ELSEWHERE),
                        Figure.seconds("the number in that line", logged, """
                                what the operator says itself, from the first statement of its main method on; the rest is the \
                                start of the JVM\
                                """),
                        Figure.seconds("pod, until Ready", pod, """
                                from the deletion of its predecessor until a watch shows the new pod Ready: scheduling, volumes, \
                                sandbox, process, and the probes, which ask once a second for a start and every two for readiness\
                                """),
                        Figure.megabytes("memory right after", memory, "VmRSS of the process on its node")
                                .only(cluster.ours(), NodeProcess.ELSEWHERE))
                .write(ground);
    }

    private record Begun(Pod pod, Instant asked, Instant ready, Logs.Line line) {}

    private static Begun begin(OperatorPods pods) {
        KubernetesClient client = pods.cluster().client();
        List<String> known = pods.operator().pods().stream()
                .map(pod -> pod.getMetadata().getUid())
                .toList();
        Predicate<Pod> isNew = pod -> !known.contains(pod.getMetadata().getUid());
        Pod leaving = pods.standby();
        Instant asked = Instant.now();
        pods.delete(leaving);
        List<Pod> found = client.pods()
                .inNamespace(OperatorInstall.NAMESPACE)
                .withLabel("app.kubernetes.io/instance", OperatorInstall.RELEASE)
                .informOnCondition(all -> all.stream().anyMatch(isNew.and(Readiness::isPodReady)))
                .orTimeout(Duration.ofMinutes(2).toMillis(), TimeUnit.MILLISECONDS)
                .join();
        Instant ready = Instant.now();
        Pod begun = found.stream().filter(isNew).findFirst().orElseThrow();
        Logs.Line line = Logs.of(client, begun)
                .filter(l -> l.text().startsWith("Started in"))
                .findFirst()
                .orElseThrow();
        return new Begun(begun, asked, ready, line);
    }
}
