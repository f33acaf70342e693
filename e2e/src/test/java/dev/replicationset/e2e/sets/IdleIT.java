package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A set that needs nothing causes no writes to the API server; counted in the server's own audit log. */
@EndToEnd
class IdleIT {
    private static final Duration WATCHED = Duration.ofMinutes(1);

    @Test
    void anIdleSetCausesNoWritesForAMinute(TestNamespace namespace) {
        Instant begun = Instant.now();
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 1));
        sets.awaitReady("orders", Duration.ofMinutes(2));
        Instant settled = Instant.now().plusSeconds(5);
        Instant end = settled.plus(WATCHED);
        Awaitility.await("a minute goes by")
                .atMost(WATCHED.plusSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> Instant.now().isAfter(end));

        assertThat(writes(namespace, begun, settled))
                .as("the log is complete")
                .anyMatch(write -> write.contains("/namespaces/%s/statefulsets/orders-1".formatted(namespace.name())));
        assertThat(writes(namespace, settled, end)).isEmpty();
        assertThat(Stream.of(sets.status("orders").ready())).containsExactly("1/1");
    }

    /** What the operator wrote, leases left aside. */
    private static List<String> writes(TestNamespace namespace, Instant from, Instant to) {
        return namespace
                .cluster()
                .faults()
                .audit()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> Serialization.unmarshal(line, JsonNode.class))
                .filter(event -> event.at("/user/username").asText().contains(":" + OperatorInstall.NAMESPACE + ":"))
                .filter(event -> !event.at("/objectRef/resource").asText().equals("leases"))
                .filter(event -> between(event, from, to))
                .map(event -> event.get("verb").asText() + " "
                        + event.get("requestURI").asText())
                .toList();
    }

    private static boolean between(JsonNode event, Instant from, Instant to) {
        Instant at = Instant.parse(event.get("requestReceivedTimestamp").asText());
        return at.isAfter(from) && at.isBefore(to);
    }
}
