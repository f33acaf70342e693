package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a Prometheus reads of a set. */
@EndToEnd
class MetricsIT {
    @Test
    void theLeaderAloneTellsOfSetsAndInstances(TestNamespace namespace, OperatorInstall operator)
            throws IOException, InterruptedException {
        namespace.sets().apply(Sets.small("orders", 1));
        namespace.sets().awaitReady("orders", Duration.ofMinutes(2));

        String leader = operator.leader();
        for (Pod pod : operator.pods()) {
            String metrics = metrics(pod);
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

    private static String metrics(Pod pod) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI address = URI.create(
                    "http://%s:8080/metrics".formatted(pod.getStatus().getPodIP()));
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        }
    }
}
