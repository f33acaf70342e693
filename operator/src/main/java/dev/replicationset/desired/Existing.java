package dev.replicationset.desired;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;

/**
 * What exists already and is not the operator's to decide: passwords are kept as they are, and so is what can't be
 * changed of a volume.
 *
 * @param secrets by name; of {@link Credentials#secretNames} those that exist
 * @param volumes by name; of the set's instances those that exist
 */
public record Existing(Map<String, Secret> secrets, Map<String, PersistentVolumeClaim> volumes) {
    public static final Existing NOTHING = new Existing(Map.of(), Map.of());

    public Existing {
        secrets = Map.copyOf(secrets);
        volumes = Map.copyOf(volumes);
    }
}
