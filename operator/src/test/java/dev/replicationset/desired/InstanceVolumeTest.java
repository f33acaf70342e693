package dev.replicationset.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.Storage;
import dev.replicationset.api.VolumePolicy;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InstanceVolumeTest {
    private static final Owner OWNER = new Owner("shop", "orders", "uid", VolumePolicy.Retain);

    @Test
    void aKeptVolumeStaysAsItIsWhereItCannotBeChanged() {
        PersistentVolumeClaim volume = volume("fast", "10Gi", existing("slow", "50Gi"));

        assertThat(volume.getSpec().getStorageClassName()).isEqualTo("slow");
        assertThat(volume.getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("50Gi"));
    }

    @Test
    void aClassThatTheClusterChoseIsNotClaimed() {
        assertThat(volume(null, "10Gi", existing("standard", "10Gi")).getSpec().getStorageClassName())
                .isNull();
        assertThat(volume(null, "10Gi", existing("standard", "10Gi"))).isEqualTo(volume(null, "10Gi", null));
    }

    private static PersistentVolumeClaim volume(
            @Nullable String storageClass, String size, @Nullable PersistentVolumeClaim existing) {
        Storage storage = new Storage(new Quantity(size), storageClass, VolumePolicy.Retain, VolumePolicy.Delete);
        return InstanceVolume.of(OWNER, storage, 1, Optional.ofNullable(existing));
    }

    private static PersistentVolumeClaim existing(String storageClass, String size) {
        return new PersistentVolumeClaimBuilder()
                .withNewSpec()
                .withStorageClassName(storageClass)
                .withNewResources()
                .addToRequests("storage", new Quantity(size))
                .endResources()
                .endSpec()
                .build();
    }
}
