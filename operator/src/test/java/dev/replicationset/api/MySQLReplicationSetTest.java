package dev.replicationset.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MySQLReplicationSetTest {
    private final KubernetesSerialization serialization = new KubernetesSerialization();

    @Test
    void everyFieldSurvivesReadingAndWriting() throws IOException {
        String yaml;
        try (InputStream in =
                Objects.requireNonNull(MySQLReplicationSetTest.class.getResourceAsStream("orders.yaml"))) {
            yaml = new String(in.readAllBytes(), UTF_8);
        }

        String written = serialization.asYaml(serialization.unmarshal(yaml, MySQLReplicationSet.class));

        assertThat(serialization.unmarshal(written, JsonNode.class))
                .isEqualTo(serialization.unmarshal(yaml, JsonNode.class));
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        MySQLReplicationSetSpec spec =
                serialization.unmarshal("""
                        apiVersion: replicationset.dev/v1alpha1
                        kind: MySQLReplicationSet
                        metadata: {name: orders}
                        spec: {storage: {size: 10Gi}}
                        """, MySQLReplicationSet.class).getSpec();

        assertThat(spec.image()).isEqualTo("mysql:9.7");
        assertThat(spec.replicas()).isEqualTo(1);
        assertThat(spec.mysqld()).isEmpty();
        assertThat(spec.replication())
                .isEqualTo(new Replication(Positioning.GTID, new Account("repl", "%"), null, null, false));
        assertThat(spec.reads()).isEqualTo(new Reads("30s", true));
        assertThat(spec.failover()).isEqualTo(new Failover(true, "0s"));
        assertThat(spec.storage().whenDeleted()).isEqualTo(VolumePolicy.Retain);
        assertThat(spec.storage().whenScaledIn()).isEqualTo(VolumePolicy.Delete);
        assertThat(spec.pod()).isEqualTo(PodSettings.NONE);
        assertThat(spec.paused()).isFalse();
    }

    @Test
    void whatIsUnknownIsNotWritten() {
        var status = MySQLReplicationSetStatus.EMPTY.withInstances(
                List.of(InstanceStatus.member("orders-1", 1, InstanceRole.Primary)));

        assertThat(serialization.unmarshal(serialization.asYaml(status), JsonNode.class))
                .isEqualTo(serialization.unmarshal("""
                        epoch: 0
                        lastNumber: 0
                        acknowledging: []
                        acksRequired: 0
                        conditions: []
                        instances: [{name: orders-1, number: 1, role: Primary, ready: false}]
                        """, JsonNode.class));
    }
}
