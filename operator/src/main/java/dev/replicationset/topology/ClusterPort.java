package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.MySQLReplicationSetStatus;
import java.util.Optional;
import java.util.Set;

/**
 * Kubernetes, as far as actions need it. Every call is bounded in time, idempotent, and reads the API server rather
 * than a cache where a mistake can't be undone.
 */
public interface ClusterPort {
    /**
     * Replaces the whole status if the resource still has {@code resourceVersion}.
     *
     * @return the new resourceVersion
     * @throws Conflict when the resource has moved on: plan again
     */
    String recordStatus(SetId set, String resourceVersion, MySQLReplicationSetStatus next) throws Conflict;

    /**
     * Takes the annotation {@code replicationset.dev/promote} off the resource, if it still has that value: a newer request
     * stays.
     */
    void consumePromote(SetId set, String request);

    /** The status as the API server has it now. */
    MySQLReplicationSetStatus readStatus(SetId set);

    /** Creates or corrects the named objects as the present spec and status want them. */
    void apply(SetId set, Set<ObjectRef> objects);

    void recordOnVolume(
            SetId set, String instance, InstanceRole role, Optional<String> serverUuid, long epoch, int lastNumber);

    /** Does nothing when the pod of that UID is gone. */
    void label(SetId set, String instance, String podUid, PodView.RoleLabels labels);

    /**
     * Deletes StatefulSet and ConfigMap, then deletes the volume or marks it as retired.
     *
     * @throws IllegalStateException when the instance is a member, as the API server has the status now
     */
    void removeInstance(SetId set, String instance, boolean deleteVolume);

    /** Deletes the pod of that UID; does nothing when it is gone. */
    void restartPod(SetId set, String instance, String podUid);

    /** The passwords as the Secrets have them now. */
    Accounts accounts(SetId set);

    /** The operator's own login alone: it is needed, and read, whatever is wrong with another Secret. */
    Accounts.Login operator(SetId set);

    void tell(SetId set, EventKind kind, String about, String message);

    /** The resource was changed since it was read. */
    final class Conflict extends Exception {
        private static final long serialVersionUID = 1;

        public Conflict(String message) {
            super(message);
        }
    }
}
