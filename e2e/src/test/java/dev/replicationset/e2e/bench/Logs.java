package dev.replicationset.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Moments that containers have logged, in the order of time. */
record Logs(List<Line> lines) {
    record Line(Instant at, String text) {}

    Logs {
        lines = lines.stream().sorted(Comparator.comparing(Line::at)).toList();
    }

    /** What a container wrote, by the time at which the node received it. */
    static Logs of(TestNamespace namespace, String pod, String container) {
        String log = namespace
                .client()
                .pods()
                .withName(pod)
                .inContainer(container)
                .usingTimestamps()
                .getLog();
        return new Logs(log.lines()
                .map(line -> line.split(" ", 2))
                .filter(parts -> parts.length == 2)
                .map(parts -> new Line(Instant.parse(parts[0]), parts[1]))
                .toList());
    }

    /** What the operator's pods have written since then, by their own time. */
    static Logs of(OperatorInstall operator, KubernetesClient client, Instant since) {
        return new Logs(operator.pods().stream()
                .flatMap(pod -> of(client, pod))
                .filter(line -> !line.at().isBefore(since))
                .toList());
    }

    static Stream<Line> of(KubernetesClient client, Pod operator) {
        return client.pods()
                .resource(operator)
                .getLog()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> Serialization.unmarshal(line, JsonNode.class))
                .map(entry -> new Line(
                        Instant.ofEpochMilli(entry.get("timestamp").asLong()),
                        entry.get("formattedMessage").asText()));
    }

    /** When the first line was written. */
    Instant begin() {
        return find("", lines.stream());
    }

    Instant first(String part) {
        return find(part, lines.stream());
    }

    Instant last(String part) {
        return find(part, lines.reversed().stream());
    }

    private static Instant find(String part, Stream<Line> lines) {
        return lines.filter(line -> line.text().contains(part))
                .map(Line::at)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody logged: " + part));
    }
}
