package dev.replicationset.e2e.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scale subresource, by which kubectl scale and autoscalers set the number of replicas. */
class ScaleIT {
    @RegisterExtension
    static final ApiServer API = new ApiServer();

    @Test
    void drivesTheNumberOfReplicasWithinItsBounds() throws IOException {
        CrdCase everything = CrdCase.all("accepted").stream()
                .filter(c -> c.name().equals("everything"))
                .findFirst()
                .orElseThrow();
        Resource<GenericKubernetesResource> set =
                API.resource(API.store(everything.states().getFirst()));

        set.scale(5);
        assertThat(set.scale().getSpec().getReplicas()).isEqualTo(5);
        assertThat(set.get().<Integer>get("spec", "replicas")).isEqualTo(5);

        assertThatThrownBy(() -> set.scale(51)).hasMessageContaining("should be less than or equal to 50");
        assertThatThrownBy(() -> set.scale(0))
                .hasMessageContaining("spec.replication.durability Required needs a replica")
                .hasMessageContaining("spec.replication.acksRequired is greater than spec.replicas");
        set.delete();
    }
}
