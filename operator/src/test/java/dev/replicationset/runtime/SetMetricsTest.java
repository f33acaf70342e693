package dev.replicationset.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SetMetricsTest {
    private static final SetId SET = new SetId("shop", "orders", "uid-1");
    private static final MySQLReplicationSet RESOURCE = Serialization.unmarshal("""
            apiVersion: replicationset.dev/v1alpha1
            kind: MySQLReplicationSet
            metadata:
              namespace: shop
              name: orders
            spec:
              replicas: 3
              storage:
                size: 1Gi
            status:
              epoch: 4
              replicas: 2
              readyReplicas: 1
              conditions:
                - type: Ready
                  status: "False"
            """, MySQLReplicationSet.class);

    private static final List<Monitor.Reading> READINGS = List.of(
            new Monitor.Reading(SET, "orders-1", true, unreachable(), Optional.empty()),
            new Monitor.Reading(SET, "orders-2", false, ServerView.UNKNOWN, Optional.of(Duration.ofMillis(1500))));

    @Test
    void theLeaderTellsOfSetsAndInstances() {
        List<String> told = told(true);

        assertThat(told)
                .contains(
                        "replicationset_condition{namespace=\"shop\",set=\"orders\",type=\"Ready\"} 0.0",
                        "replicationset_epoch{namespace=\"shop\",set=\"orders\"} 4.0",
                        "replicationset_replicas{namespace=\"shop\",set=\"orders\",state=\"wanted\"} 3.0",
                        "replicationset_replicas{namespace=\"shop\",set=\"orders\",state=\"ready\"} 1.0",
                        "replicationset_instance_up{instance=\"orders-1\",namespace=\"shop\",role=\"primary\",set=\"orders\"} 0.0",
                        "replicationset_instance_lag_seconds{instance=\"orders-2\",namespace=\"shop\",set=\"orders\"} 1.5");
    }

    @Test
    void anOperatorInWaitingTellsNothing() {
        assertThat(told(false)).isEmpty();
    }

    private static List<String> told(boolean leads) {
        return new SetMetrics(() -> leads, () -> List.of(RESOURCE), () -> READINGS)
                .collect().stream()
                        .flatMap(family -> ((GaugeSnapshot) family)
                                .getDataPoints().stream()
                                        .map(point -> family.getMetadata().getName() + point.getLabels() + " "
                                                + point.getValue()))
                        .toList();
    }

    private static ServerView unreachable() {
        return new ServerView.Unreachable(ServerView.Cause.TimedOut, Instant.EPOCH, 1, "");
    }
}
