package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.ConditionType;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a Prometheus reads of a set. */
@EndToEnd
class MetricsIT {
    @Test
    void theLeaderAloneTellsOfSetsAndInstances(TestNamespace namespace, OperatorInstall operator) {
        namespace.sets().apply(Sets.small("orders", 1));
        // Until then the replica connects anew, to acknowledge.
        namespace.sets().awaitCondition("orders", ConditionType.FailoverReady, true, Duration.ofMinutes(2));
        namespace.sets().awaitReady("orders", Duration.ofMinutes(2));

        String leader = operator.leader();
        for (Pod pod : operator.pods()) {
            String metrics = OperatorInstall.metrics(pod);
            assertThat(metrics).contains("# TYPE jvm_memory_used_bytes gauge");
            String set = "namespace=\"%s\",set=\"orders\"".formatted(namespace.name());
            if (pod.getMetadata().getName().equals(leader)) {
                assertThat(metrics)
                        .contains(
                                "replicationset_condition{%s,type=\"Ready\"} 1.0".formatted(set),
                                "replicationset_replicas{%s,state=\"ready\"} 1.0".formatted(set))
                        .containsPattern("replicationset_instance_up\\{instance=\"orders-1\",.*role=\"primary\".*} 1.0")
                        .containsPattern("replicationset_instance_lag_seconds\\{instance=\"orders-2\",.*} [0-9.]+")
                        .containsPattern(
                                "replicationset_instance_replication_running\\{instance=\"orders-2\",.*thread=\"io\"} 1.0");
            } else {
                assertThat(metrics).doesNotContain(set);
            }
        }
    }
}
