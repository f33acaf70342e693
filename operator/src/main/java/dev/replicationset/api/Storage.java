package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The volume of each instance, and what becomes of it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.storageClassName) == has(oldSelf.storageClassName) && (!has(self.storageClassName) ||"
                + " self.storageClassName == oldSelf.storageClassName)",
        message =
                "spec.storage.storageClassName is fixed after creation: a volume can't change its class; make a new set"
                        + " and load the data into it",
        fieldPath = ".storageClassName")
public record Storage(
        @Required
        @JsonPropertyDescription(
                "Size of each instance's volume, as a quantity of bytes such as 10Gi. It holds the data, the binary log"
                        + " and the relay log. Fixed after creation.")
        @ValidationRule(
                value = "isQuantity(string(self)) && quantity(string(self)).isGreaterThan(quantity('0'))",
                message = "spec.storage.size is not a quantity of bytes above zero; write a number and a unit, such as"
                        + " 10Gi")
        @ValidationRule(
                value = "!isQuantity(string(self)) || !isQuantity(string(oldSelf)) ||"
                        + " quantity(string(self)).compareTo(quantity(string(oldSelf))) == 0",
                message =
                        "spec.storage.size is fixed after creation: volumes are not resized yet; make a new set of the"
                                + " wanted size and load the data into it")
        Quantity size,

        @JsonPropertyDescription(
                "StorageClass of each instance's volume. Fixed after creation. Default: the cluster's default class.")
        @Size(min = 1, max = 253)
        @Nullable
        String storageClassName,

        @JsonPropertyDescription(
                "What becomes of the volumes when this resource is deleted: Retain keeps them, so that a set made again"
                        + " under the same name has its data back; Delete deletes them. Default: Retain.")
        @Default("Retain")
        VolumePolicy whenDeleted,

        @JsonPropertyDescription(
                "What becomes of a replica's volume when the set is scaled in: Retain or Delete. A kept volume is not used"
                        + " again by itself. Default: Delete.")
        @Default("Delete")
        VolumePolicy whenScaledIn) {

    @SuppressWarnings("NullAway")
    public Storage {
        whenDeleted = whenDeleted == null ? VolumePolicy.Retain : whenDeleted;
        whenScaledIn = whenScaledIn == null ? VolumePolicy.Delete : whenScaledIn;
    }
}
