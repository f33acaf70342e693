package dev.replicationset.desired;

import dev.replicationset.api.Storage;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeResourceRequirements;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The volume of one instance. Made by the operator rather than by a template of the StatefulSet, so that its fate stays
 * in the operator's hands.
 */
final class InstanceVolume {
    private InstanceVolume() {}

    /**
     * @param existing the claim of that name, kept from an earlier life of the set maybe: what can't be changed of it
     *     stays as it is
     */
    static PersistentVolumeClaim of(
            Owner owner, Storage storage, int number, Optional<PersistentVolumeClaim> existing) {
        String instance = Names.instance(owner.set(), number);
        Optional<PersistentVolumeClaimSpec> present = existing.map(PersistentVolumeClaim::getSpec);
        return new PersistentVolumeClaimBuilder()
                .withMetadata(owner.dataMeta(instance, Labels.ofInstance(owner.set(), instance))
                        .build())
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(storageClass(storage, present))
                .withNewResources()
                .withRequests(Map.of("storage", size(storage, present)))
                .endResources()
                .endSpec()
                .build();
    }

    private static Quantity size(Storage storage, Optional<PersistentVolumeClaimSpec> present) {
        return present.map(PersistentVolumeClaimSpec::getResources)
                .map(VolumeResourceRequirements::getRequests)
                .map(requests -> requests.get("storage"))
                .orElse(storage.size());
    }

    // A class that the cluster gave, where the spec names none, is not claimed.
    private static @Nullable String storageClass(Storage storage, Optional<PersistentVolumeClaimSpec> present) {
        String wished = storage.storageClassName();
        Optional<String> given = present.map(PersistentVolumeClaimSpec::getStorageClassName);
        return wished == null || given.isEmpty() || Objects.equals(given.get(), wished) ? wished : given.get();
    }
}
