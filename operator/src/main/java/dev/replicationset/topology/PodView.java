package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * The pod of an instance.
 *
 * @param ip empty until the pod has one
 * @param initialized whether its init container has ended well
 * @param running whether its mysqld container runs
 * @param outdated whether its StatefulSet's template has moved on since it was made
 * @param labels the roles it wears, by which the Services find it
 * @param trouble why it does not come up, in the kubelet's or scheduler's words
 */
@RecordBuilder
public record PodView(
        String uid,
        String ip,
        String node,
        boolean deleting,
        boolean initialized,
        boolean running,
        boolean ready,
        int restarts,
        boolean outdated,
        RoleLabels labels,
        Optional<Trouble> trouble)
        implements PodViewBuilder.With {

    /** The labels that the operator moves; see {@code desired.Labels} for their spelling. */
    public record RoleLabels(Optional<InstanceRole> role, boolean servesWrites, boolean servesReads) {
        public static final RoleLabels NONE = new RoleLabels(Optional.empty(), false, false);
    }

    /** What keeps a pod from running. */
    public record Trouble(Kind kind, String message) {
        public enum Kind {
            Unschedulable,
            ImagePull,
            ContainerFailing
        }
    }
}
