package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.MySQLReplicationSetStatus;
import java.util.Optional;
import java.util.Set;

/**
 * One thing to do. Each is idempotent, bounded in time (a second or two) and safe to run again after a crash at any
 * point; what takes longer is begun here and then observed.
 */
public sealed interface Action {
    /** What it is about: failures are counted and events are told by it. */
    default String key() {
        return this instanceof OnInstance on
                ? getClass().getSimpleName() + "/" + on.instance()
                : getClass().getSimpleName();
    }

    /** Whether it may be needed again although it succeeded, and then not at once. */
    default boolean repair() {
        return switch (this) {
            case Attach a -> true;
            case Acknowledge a -> true;
            case StopReceiving a -> true;
            case StartApplying a -> true;
            case Promote a -> true;
            case StartReplication a -> true;
            case RestartIoThread a -> true;
            case RefreshCredentials a -> true;
            case ResetRelayLogs a -> true;
            case SyncAccounts a -> true;
            case BeginClone a -> true;
            case RestartPod a -> true;
            default -> false;
        };
    }

    /** An action on one instance. */
    sealed interface OnInstance extends Action {
        String instance();
    }

    /**
     * Writes {@code next} to status before anything that rests on it is done, by compare-and-set with the
     * resourceVersion that was planned from; a conflict means plan again, and nothing after it in the plan is done.
     *
     * @param first keys of actions earlier in the plan without whose success nothing is written: what can't be observed
     *     afterwards, such as a barred address, is recorded so
     */
    record RecordIntent(MySQLReplicationSetStatus next, Set<String> first) implements Action {
        public RecordIntent {
            first = Set.copyOf(first);
        }

        public RecordIntent(MySQLReplicationSetStatus next) {
            this(next, Set.of());
        }
    }

    /** Takes the annotation {@code replicationset.dev/promote} off the resource: the request is answered. */
    record ConsumePromote(String request) implements Action {}

    /** Creates or corrects these objects. */
    record ApplyObjects(Set<ObjectRef> objects) implements Action {
        public ApplyObjects {
            objects = Set.copyOf(objects);
        }
    }

    /** Writes role, the primary's server UUID, epoch and highest number to the volume, so that it tells them when the resource is gone. */
    record RecordOnVolume(String instance, InstanceRole role, Optional<String> serverUuid, long epoch, int lastNumber)
            implements OnInstance {}

    /** Sets the labels by which Services find the pod. */
    record LabelPod(String instance, String podUid, PodView.RoleLabels labels) implements OnInstance {}

    /**
     * Removes the objects of an instance that is no member: StatefulSet and ConfigMap, then the volume or its
     * membership mark. Reads status again and refuses when the instance is a member after all.
     */
    record RemoveInstance(String instance, boolean deleteVolume) implements OnInstance {}

    /** Deletes the pod, so that it starts anew with its StatefulSet's present template. */
    record RestartPod(String instance, String podUid, String why) implements OnInstance {}

    /**
     * Opens the primary for writes, with commits that wait for {@code acks} replicas (0: for none). Reads status and the
     * server's UUID again first: refuses when another instance is the primary by now, when a transition has begun since,
     * when another server answers, or when status requires more acknowledgements.
     */
    record OpenPrimary(String instance, String serverUuid, long epoch, int acks) implements OnInstance {}

    /**
     * Sets for how many replicas the primary's commits wait; 0 ends waiting and lets those go on that wait now. Reads
     * status again first: refuses when it requires more, when another instance is the primary, or during a transition.
     */
    record AwaitAcks(String instance, String serverUuid, long epoch, int acks) implements OnInstance {}

    /**
     * Makes a replica acknowledge, or no longer, by a restart of its IO thread. Reads status again first: one that is not
     * recorded as acknowledging never begins to.
     */
    record Acknowledge(String instance, long epoch, boolean on) implements OnInstance {}

    /**
     * On the primary alone: locks a replica's address out and ends its connection, so that it can't acknowledge any more
     * although nobody can reach it. Refuses when that address is seen connected afterwards.
     *
     * @param instance the primary
     * @param address of the replica's pod
     */
    record Bar(String instance, String serverUuid, String replica, String address) implements OnInstance {
        @Override
        public String key() {
            return "Bar/" + replica;
        }
    }

    /** Undoes {@link Bar} on the primary. */
    record Unbar(String instance, String serverUuid, String replica, String address) implements OnInstance {
        @Override
        public String key() {
            return "Unbar/" + replica;
        }
    }

    /**
     * Stops a replica's IO thread, which from then on neither receives nor acknowledges. Reads status again first: refuses
     * unless a failover of that epoch is being fenced.
     */
    record StopReceiving(String instance, long epoch) implements OnInstance {}

    /** START REPLICA SQL_THREAD: applies what was received, and receives nothing. */
    record StartApplying(String instance) implements OnInstance {}

    /**
     * Makes a closed server the source to be: it locks out the addresses that are recorded as barred and no others, its
     * channel is removed, and its commits will wait for {@code acks} replicas. Reads status again first. Received and unapplied transactions would be lost
     * here: refused while there are any.
     */
    record Promote(String instance, String serverUuid, long epoch, int acks) implements OnInstance {}

    /** Makes a server that must not be written to super_read_only, and ends its clients' connections. */
    record CloseServer(String instance) implements OnInstance {}

    /** Makes the operator's own schema on the primary, and the database and owner of {@code spec.bootstrap}. */
    record PrepareSchema(String instance, long epoch) implements OnInstance {}

    /**
     * Configures the channel anew and starts it. Received but unapplied transactions are fetched again. Reads status again
     * first: refuses when the source is not the primary of that epoch, or is being replaced.
     */
    record Attach(String instance, String source, long epoch, Start start) implements OnInstance {}

    /** Where a replica begins to read. */
    sealed interface Start {
        /** From what it has not executed yet. */
        record AutoPosition() implements Start {}

        /** From this place in the source's binary log. */
        record At(BinlogCoordinates coordinates) implements Start {}
    }

    // Each of these begins to receive, and to acknowledge if status, which is read again first, says that it may; none
    // does so while the primary is being replaced.

    /** START REPLICA: both threads; nothing is configured. */
    record StartReplication(String instance, long epoch) implements OnInstance {}

    /** STOP REPLICA and START REPLICA of the IO thread. */
    record RestartIoThread(String instance, long epoch) implements OnInstance {}

    /** Sets user, password and TLS of the channel again, keeping its position. */
    record RefreshCredentials(String instance, long epoch) implements OnInstance {}

    /** RESET REPLICA: drops relay logs and fetches again from where execution stands. */
    record ResetRelayLogs(String instance, long epoch) implements OnInstance {}

    /** Creates or alters the accounts as the Secrets say, without writing to the binary log. */
    record SyncAccounts(String instance) implements OnInstance {}

    /** Begins CLONE INSTANCE on the recipient; its progress is observed. All data of the recipient is dropped. */
    record BeginClone(String instance, String donor) implements OnInstance {}

    /** Tells people. {@code about} names what it is about, so that repeats are counted, not repeated. */
    record Tell(EventKind kind, String about, String message) implements Action {
        @Override
        public String key() {
            return "Tell/" + kind + "/" + about;
        }
    }
}
