package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * The PersistentVolumeClaim of an instance and what is recorded on it.
 *
 * @param deleting whether it is being deleted, or is about to go with an earlier resource that owns it
 * @param role what its data was last used as; absent while nothing was recorded
 * @param serverUuid of the server that was seen on it as the primary; absent where a person named the role
 * @param epoch of the set when {@code role} was recorded
 * @param retired whether the instance was scaled in and the volume is only kept
 * @param lastNumber the highest number given in its set when {@code role} was recorded
 */
@RecordBuilder
public record VolumeView(
        String uid,
        boolean bound,
        boolean deleting,
        Optional<InstanceRole> role,
        Optional<String> serverUuid,
        long epoch,
        boolean retired,
        int lastNumber)
        implements VolumeViewBuilder.With {}
