package dev.replicationset.cluster;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.desired.Labels;
import dev.replicationset.topology.VolumeView;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a PersistentVolumeClaim tells, and what is written on it. */
final class Volumes {
    private Volumes() {}

    /** @param resourceUid of the resource whose set is looked at */
    static VolumeView view(PersistentVolumeClaim claim, String resourceUid) {
        Map<String, String> recorded =
                Optional.ofNullable(claim.getMetadata().getAnnotations()).orElse(Map.of());
        boolean bound = Optional.ofNullable(claim.getStatus())
                .map(PersistentVolumeClaimStatus::getPhase)
                .filter("Bound"::equals)
                .isPresent();
        Optional<InstanceRole> role = Arrays.stream(InstanceRole.values())
                .filter(candidate -> candidate.name().equals(recorded.get(Labels.ROLE)))
                .findFirst();
        return new VolumeView(
                claim.getMetadata().getUid(),
                bound,
                claim.isMarkedForDeletion() || ownedByAnother(claim, resourceUid),
                role,
                Optional.ofNullable(recorded.get(Labels.SERVER_UUID)),
                number(recorded.get(Labels.EPOCH)),
                "true".equals(recorded.get(Labels.RETIRED)),
                Math.toIntExact(number(recorded.get(Labels.LAST_NUMBER))));
    }

    /** As a patch: a null value removes. A volume in use is not retired. */
    static Map<String, @Nullable String> recorded(
            InstanceRole role, Optional<String> serverUuid, long epoch, int lastNumber) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(Labels.ROLE, role.name());
        annotations.put(Labels.SERVER_UUID, serverUuid.orElse(null));
        annotations.put(Labels.EPOCH, Long.toString(epoch));
        annotations.put(Labels.LAST_NUMBER, Integer.toString(lastNumber));
        annotations.put(Labels.RETIRED, null);
        return annotations;
    }

    /** Whether the resource that owned it is gone, so that it will be collected. */
    private static boolean ownedByAnother(PersistentVolumeClaim claim, String resourceUid) {
        return claim.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner ->
                        MySQLReplicationSet.KIND.equals(owner.getKind()) && !resourceUid.equals(owner.getUid()));
    }

    // What a person wrote there by mistake counts as nothing recorded.
    private static long number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }
}
