package dev.replicationset.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.topology.ObjectRef;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftTest {
    private static final StatefulSet DESIRED = read("desired-statefulset.yaml", StatefulSet.class);
    private static final StatefulSet LIVE = read("live-statefulset.yaml", StatefulSet.class);

    @Test
    void whatTheApiServerFillsInIsNoDrift() {
        assertThat(Drift.differs(DESIRED, LIVE)).isFalse();
        assertThat(Drift.differs(read("desired-service.yaml", Service.class), read("live-service.yaml", Service.class)))
                .isFalse();
    }

    @Test
    void anObjectThatWasAppliedOtherwiseIsDriftThoughAllIsThere() {
        StatefulSet live = new StatefulSetBuilder(LIVE)
                .editMetadata()
                .addToAnnotations("replicationset.dev/applied", "before")
                .endMetadata()
                .build();

        assertThat(Drift.differs(DESIRED, live)).isTrue();
    }

    @Test
    void anEditByHandIsDrift() {
        StatefulSet image = new StatefulSetBuilder(LIVE)
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage("mysql:8.4")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        StatefulSet command = new StatefulSetBuilder(LIVE)
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withCommand("--defaults-file=/etc/mysql-replicationset/my.cnf", "mysqld")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        StatefulSet owner = new StatefulSetBuilder(LIVE)
                .editMetadata()
                .withOwnerReferences()
                .endMetadata()
                .build();

        assertThat(Drift.differs(DESIRED, image)).isTrue();
        assertThat(Drift.differs(DESIRED, command)).isTrue();
        assertThat(Drift.differs(DESIRED, owner)).isTrue();
    }

    @Test
    void whatOthersAddBesideIsNoDrift() {
        StatefulSet live = new StatefulSetBuilder(LIVE)
                .editMetadata()
                .addToLabels("team", "shop")
                .addToAnnotations("example.com/note", "x")
                .addToOwnerReferences(new OwnerReferenceBuilder()
                        .withKind("Other")
                        .withName("other")
                        .withUid("1")
                        .build())
                .endMetadata()
                .build();

        assertThat(Drift.differs(DESIRED, live)).isFalse();
    }

    @Test
    void aRuleAddedToAListWithoutKeysIsDrift() {
        NetworkPolicy desired = new NetworkPolicyBuilder()
                .withMetadata(new ObjectMetaBuilder().withName("orders").build())
                .withNewSpec()
                .addNewIngress()
                .addNewPort()
                .withProtocol("TCP")
                .withNewPort(3306)
                .endPort()
                .endIngress()
                .endSpec()
                .build();
        NetworkPolicy opened = new NetworkPolicyBuilder(desired)
                .editSpec()
                .addNewIngress()
                .endIngress()
                .endSpec()
                .build();

        assertThat(Drift.differs(desired, desired)).isFalse();
        assertThat(Drift.differs(desired, opened)).isTrue();
    }

    @Test
    void missingIsDriftAndBeingDeletedIsNot() {
        HasMetadata desired = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("orders-1")
                .endMetadata()
                .addToData("a", "b")
                .build();
        HasMetadata leaving = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("orders-1")
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        ObjectRef ref = new ObjectRef("ConfigMap", "orders-1");

        assertThat(Drift.between(Map.of(ref, desired), Map.of())).containsExactly(ref);
        assertThat(Drift.between(Map.of(ref, desired), Map.of(ref, leaving))).isEmpty();
        assertThat(Drift.between(Map.of(ref, desired), Map.of(ref, desired))).isEmpty();
    }

    private static <T> T read(String file, Class<T> type) {
        return Serialization.unmarshal(DriftTest.class.getResourceAsStream(file), type);
    }
}
