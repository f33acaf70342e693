package dev.replicationset.e2e.bench;

import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Empties a namespace between two runs, so that none pays for the clean-up of another. Names are not to be used again. */
final class Cleanup {
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private Cleanup() {}

    /** Deletes sets, StatefulSets and volumes; returns when no pod runs and no volume is left. */
    static void of(TestNamespace namespace) {
        KubernetesClient client = namespace.client();
        namespace.sets().operation().delete();
        client.apps().statefulSets().delete();
        client.persistentVolumeClaims().delete();
        client.pods()
                .informOnCondition(List::isEmpty)
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        client.persistentVolumes()
                .informOnCondition(volumes -> volumes.stream()
                        .flatMap(volume -> Optional.ofNullable(volume.getSpec().getClaimRef()).stream())
                        .noneMatch(claim -> namespace.name().equals(claim.getNamespace())))
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
