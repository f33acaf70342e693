package dev.replicationset.e2e.bench;

import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.TestCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The operator's two pods: makes them anew and asks them for their figures. */
record OperatorPods(TestCluster cluster, OperatorInstall operator) {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(\\{[^}]*})? (\\S+)$");

    /** Deletes the pods and waits until two others are ready, of which one leads. */
    void replace() {
        List<String> old = names();
        operator.pods().forEach(this::delete);
        awaitBoth("two new operators", () -> names().stream().noneMatch(old::contains));
    }

    void awaitBoth() {
        awaitBoth("two operators, one leads", () -> true);
    }

    private void awaitBoth(String what, Callable<Boolean> more) {
        Awaitility.await(what)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .until(() -> operator.pods().size() == 2
                        && operator.pods().stream().allMatch(Readiness::isPodReady)
                        && names().contains(operator.leader())
                        && more.call());
    }

    void delete(Pod pod) {
        cluster.client().resource(pod).delete();
    }

    private List<String> names() {
        return operator.pods().stream().map(pod -> pod.getMetadata().getName()).toList();
    }

    Pod leader() {
        String leader = operator.leader();
        return one(pod -> pod.getMetadata().getName().equals(leader));
    }

    Pod standby() {
        String leader = operator.leader();
        return one(pod -> !pod.getMetadata().getName().equals(leader));
    }

    private Pod one(Predicate<Pod> wanted) {
        return operator.pods().stream().filter(wanted).findFirst().orElseThrow();
    }

    /** The sum of a figure over both pods, of the series whose labels all the parts occur in. */
    double sum(String name, String... parts) {
        return operator.pods().stream()
                .mapToDouble(pod -> metric(pod, name, parts))
                .sum();
    }

    static double metric(Pod pod, String name, String... parts) {
        double sum = 0;
        Matcher sample = SAMPLE.matcher(OperatorInstall.metrics(pod));
        while (sample.find()) {
            String labels = sample.group(2) == null ? "" : sample.group(2);
            if (sample.group(1).equals(name) && List.of(parts).stream().allMatch(labels::contains)) {
                sum += Double.parseDouble(sample.group(3));
            }
        }
        return sum;
    }
}
