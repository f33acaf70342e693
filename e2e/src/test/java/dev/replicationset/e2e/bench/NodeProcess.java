package dev.replicationset.e2e.bench;

import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Shell;
import dev.replicationset.e2e.TestCluster;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The main process of an operator's pod, as the kernel of its node sees it: what counts is what the machine has to give,
 * not what the process says of itself. Only on the project's own cluster, whose nodes are containers.
 */
record NodeProcess(Shell shell, String node, String pid) {
    static final String ELSEWHERE = "not measured, since the nodes of this cluster can't be looked into";

    private static final int TICKS_PER_SECOND = 100;

    static NodeProcess of(TestCluster cluster, Pod pod) {
        String node = pod.getSpec().getNodeName();
        String name = pod.getMetadata().getName();
        String found = cluster.shell().run("docker", "exec", node, "/node/pod", OperatorInstall.NAMESPACE, name);
        Matcher container =
                Pattern.compile("(?m)^container operator \\S+ (\\d+)$").matcher(found);
        if (!container.find()) {
            throw new AssertionError("no operator runs in " + name + " on " + node + ": " + found);
        }
        return new NodeProcess(cluster.shell(), node, container.group(1));
    }

    /** A figure of /proc/PID/status such as VmRSS, in MB. */
    double megabytes(String field) {
        String status = read("cat /proc/" + pid + "/status");
        Matcher line = Pattern.compile("(?m)^" + field + ":\\s+(\\d+) kB$").matcher(status);
        if (!line.find()) {
            throw new AssertionError("no " + field + " in " + status);
        }
        return Long.parseLong(line.group(1)) * 1024 / 1e6;
    }

    /** Off by a hundredth of a second at most. */
    Instant startedAt() {
        List<String> read = read("cat /proc/%s/stat /proc/uptime; date +%%s%%N".formatted(pid))
                .lines()
                .toList();
        // The program's name, in parentheses, may hold anything.
        String afterName = read.get(0).substring(read.get(0).lastIndexOf(')') + 2);
        long startTicks = Long.parseLong(afterName.split(" ", -1)[19]);
        double uptime = Double.parseDouble(read.get(1).split(" ", -1)[0]);
        Instant now = Instant.EPOCH.plusNanos(Long.parseLong(read.get(2)));
        double age = uptime - (double) startTicks / TICKS_PER_SECOND;
        return now.minus(Duration.ofMillis(Math.round(age * 1000)));
    }

    private String read(String command) {
        return shell.run("docker", "exec", node, "sh", "-c", command);
    }
}
