package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Any pod may be killed, the primary's included: the set heals by itself and nothing acknowledged is lost. */
@EndToEnd
class RestartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void everyPodIsKilledInTurnUnderWriters(TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 2));
        sets.awaitReady("orders", PATIENCE);
        List<String> instances = List.of("orders-3", "orders-2", "orders-1");
        try (Writers writers = namespace.writers("orders", 4)) {
            for (String instance : instances) {
                namespace.cluster().faults().kill(namespace.pod(instance));
                writers.awaitProgress(Duration.ofSeconds(60));
                sets.awaitReady("orders", PATIENCE);
            }
            for (String instance : instances) {
                namespace
                        .client()
                        .pods()
                        .withName(instance + "-0")
                        .withGracePeriod(instance.equals("orders-2") ? 0 : 30)
                        .delete();
                writers.awaitProgress(Duration.ofSeconds(90));
                sets.awaitReady("orders", PATIENCE);
            }
            writers.assertNothingLost();
            for (String replica : sets.replicas("orders")) {
                writers.assertNothingLostOn(replica, Duration.ofSeconds(30));
            }
        }
        assertThat(sets.replicas("orders")).hasSize(2);
    }
}
