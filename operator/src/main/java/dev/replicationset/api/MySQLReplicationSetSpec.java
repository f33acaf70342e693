package dev.replicationset.api;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The wish. Absent parts are filled with their defaults when a resource is read, so that no reader meets a null where a
 * default exists.
 */
public record MySQLReplicationSetSpec(
        String image,
        @Nullable String imagePullPolicy,
        List<LocalObjectReference> imagePullSecrets,
        Integer replicas,
        Storage storage,
        Map<String, String> mysqld,
        Replication replication,
        @Nullable Bootstrap bootstrap,
        Reads reads,
        PodSettings pod,
        Boolean paused) {

    public static final String DEFAULT_IMAGE = "mysql:9.7";

    @SuppressWarnings("NullAway") // JSON may leave out any component; that is what this constructor mends.
    public MySQLReplicationSetSpec {
        image = image == null ? DEFAULT_IMAGE : image;
        imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
        replicas = replicas == null ? Integer.valueOf(1) : replicas;
        mysqld = mysqld == null ? Map.of() : Map.copyOf(mysqld);
        replication = replication == null ? Replication.DEFAULT : replication;
        reads = reads == null ? Reads.DEFAULT : reads;
        pod = pod == null ? PodSettings.NONE : pod;
        paused = paused == null ? Boolean.FALSE : paused;
    }

    /** How many instances the set has when it is complete: the primary and its replicas. */
    public int size() {
        return 1 + replicas;
    }
}
