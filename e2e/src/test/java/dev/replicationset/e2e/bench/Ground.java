package dev.replicationset.e2e.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.replicationset.e2e.Project;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Namespace;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On what, when, and beside how much other work a chapter was measured.
 *
 * @param busy share of the processors that was in use before the chapter began, from 0 to 1
 */
record Ground(Instant at, String machine, double busy) {
    private static final Logger LOG = LoggerFactory.getLogger(Ground.class);
    private static final double QUIET = 0.25;
    private static final Duration WINDOW = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Waits until earlier tests are cleaned up, and for a minute at most until the machine has little else to do. */
    static Ground await(TestNamespace own) {
        TestCluster cluster = own.cluster();
        List<Namespace> ending = cluster.client().namespaces().list().getItems().stream()
                .filter(Namespace::isMarkedForDeletion)
                .toList();
        ending.forEach(namespace -> cluster.client()
                .resource(namespace)
                .waitUntilCondition(Objects::isNull, Cleanup.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        return new Ground(Instant.now(), machine(cluster), load());
    }

    /** A sentence for people. */
    String words() {
        String day = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(at);
        return "Measured on %s UTC, on %s; %.0f %% of the processors were busy before it."
                .formatted(day, machine, busy * 100);
    }

    private static String machine(TestCluster cluster) {
        int workers = cluster.client().nodes().list().getItems().size();
        String kubernetes = cluster.client().getKubernetesVersion().getGitVersion();
        String here = "%d cores (%s), %d GiB, %s %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        Math.round(memory() / (double) (1 << 30)),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"));
        return cluster.ours()
                ? "%s, with Kubernetes %s and its %d workers all on this machine".formatted(here, kubernetes, workers)
                : "a cluster of %d nodes with Kubernetes %s, its clients on %s".formatted(workers, kubernetes, here);
    }

    private static long memory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    private static String processor() {
        Path cpus = Path.of("/proc/cpuinfo");
        String text = Files.exists(cpus) ? Project.read(cpus) : "";
        return text.lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static double load() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        double[] last = {system.getCpuLoad()};
        try {
            Awaitility.await("the machine is quiet")
                    .atMost(PATIENCE)
                    .pollDelay(WINDOW)
                    .pollInterval(WINDOW)
                    .until(() -> (last[0] = system.getCpuLoad()) < QUIET);
        } catch (ConditionTimeoutException e) {
            // Told on the page, too.
            LOG.warn("Something else keeps the machine busy: {}", e.getMessage());
        }
        return last[0];
    }
}
