package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.AuditLog;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import java.time.Duration;
import java.time.Instant;
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

        assertThat(AuditLog.operatorsWrites(namespace.cluster(), begun, settled))
                .as("the log is complete")
                .anyMatch(write -> write.contains("/namespaces/%s/statefulsets/orders-1".formatted(namespace.name())));
        assertThat(AuditLog.operatorsWrites(namespace.cluster(), settled, end)).isEmpty();
        assertThat(Stream.of(sets.status("orders").ready())).containsExactly("1/1");
    }
}
