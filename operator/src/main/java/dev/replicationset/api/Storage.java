package dev.replicationset.api;

import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The volume of each instance, and what becomes of it. */
public record Storage(
        Quantity size, @Nullable String storageClassName, VolumePolicy whenDeleted, VolumePolicy whenScaledIn) {

    @SuppressWarnings("NullAway")
    public Storage {
        whenDeleted = whenDeleted == null ? VolumePolicy.Retain : whenDeleted;
        whenScaledIn = whenScaledIn == null ? VolumePolicy.Delete : whenScaledIn;
    }
}
