package dev.replicationset.topology;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.topology.Action.Tell;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is worth an event: an action that succeeded, or a change of status. */
public final class Announcements {
    private Announcements() {}

    /** The event of an action that was done. */
    public static Optional<Tell> of(Action action) {
        return switch (action) {
            case Action.OpenPrimary(String instance, var uuid, long epoch, int acks) ->
                tell(EventKind.PrimaryOpened, instance, instance + " is open for writes");
            case Action.CloseServer(String instance) ->
                tell(
                        EventKind.ServerClosed,
                        instance,
                        instance + " accepted writes although it is not the primary: it is read-only now");
            case Action.Attach(String instance, String source, long epoch, Action.Start start) ->
                tell(
                        EventKind.ReplicaAttached,
                        instance,
                        "%s replicates from %s, beginning %s".formatted(instance, source, describe(start)));
            case Action.BeginClone(String instance, String donor) ->
                tell(EventKind.CloneStarted, instance, "Copying %s to %s".formatted(donor, instance));
            case Action.RemoveInstance(String instance, boolean deleteVolume) ->
                tell(
                        EventKind.InstanceRemoved,
                        instance,
                        "%s was removed, its volume was %s".formatted(instance, deleteVolume ? "deleted" : "kept"));
            case Action.StartReplication(String instance, long epoch) ->
                tell(EventKind.ReplicaStarted, instance, "Started replication on " + instance);
            case Action.RefreshCredentials(String instance, long epoch) ->
                tell(
                        EventKind.CredentialsRefreshed,
                        instance,
                        instance + " was given the replication account's password and TLS settings again");
            case Action.ResetRelayLogs(String instance, long epoch) ->
                tell(
                        EventKind.RelayLogsReset,
                        instance,
                        instance + " dropped its unreadable relay logs and fetches them again");
            case Action.RestartPod(String instance, var uid, String why) ->
                tell(EventKind.PodRestarted, instance, "Restarting %s: %s".formatted(instance, why));
            default -> Optional.empty();
        };
    }

    /** The events of what changed from one written status to the next. */
    public static List<Tell> between(MySQLReplicationSetStatus before, MySQLReplicationSetStatus after) {
        List<Tell> told = new ArrayList<>();
        for (Condition now : after.conditions()) {
            Optional<Condition> then = before.conditions().stream()
                    .filter(condition -> condition.getType().equals(now.getType()))
                    .findFirst();
            if (then.isEmpty() || !then.get().getStatus().equals(now.getStatus())) {
                changed(now).ifPresent(told::add);
            }
            if (then.isEmpty() || !then.get().getReason().equals(now.getReason())) {
                because(now).ifPresent(told::add);
            }
        }
        if (before.conditions().stream().anyMatch(c -> c.getType().equals("Paused"))
                && after.conditions().stream().noneMatch(c -> c.getType().equals("Paused"))) {
            told.add(new Tell(EventKind.Resumed, "set", "spec.paused is false: going on"));
        }
        for (InstanceStatus now : after.instances()) {
            before.instance(now.name()).ifPresent(then -> changed(then, now, told));
        }
        return told;
    }

    private static Optional<Tell> changed(Condition now) {
        boolean holds = now.getStatus().equals("True");
        return switch (now.getType()) {
            case "Ready" ->
                holds
                        ? tell(EventKind.Ready, "set", now.getMessage())
                        : tell(EventKind.NotReady, "set", now.getReason() + ": " + now.getMessage());
            case "Paused" -> tell(EventKind.Paused, "set", now.getMessage());
            default -> Optional.empty();
        };
    }

    /** Reasons that a person should hear of, whatever else was wrong before. */
    private static Optional<Tell> because(Condition now) {
        return switch (now.getType() + "/" + now.getReason()) {
            case "PrimaryAvailable/PrimaryUnreachable" -> tell(EventKind.PrimaryUnreachable, "set", now.getMessage());
            case "PrimaryAvailable/FailoverNotAutomatic", "PrimaryAvailable/PrimaryStillStreams" ->
                tell(EventKind.PrimaryUnreachable, "set", now.getMessage());
            case "PrimaryAvailable/PrimaryDataLost" -> tell(EventKind.PrimaryDataLost, "set", now.getMessage());
            case "ReplicasReady/RecloneBudgetSpent" -> tell(EventKind.RecloneBudgetSpent, "set", now.getMessage());
            default -> Optional.empty();
        };
    }

    private static void changed(InstanceStatus then, InstanceStatus now, List<Tell> told) {
        String error = now.error();
        if (error != null && !error.equals(then.error())) {
            told.add(new Tell(EventKind.ReplicationError, now.name(), now.name() + ": " + error));
        }
        boolean served = Boolean.TRUE.equals(then.ready());
        boolean serves = Boolean.TRUE.equals(now.ready());
        if (now.source() != null && served != serves) {
            told.add(
                    serves
                            ? new Tell(EventKind.ServesReads, now.name(), now.name() + " serves reads")
                            : new Tell(EventKind.LeftReads, now.name(), now.name() + " left the read endpoint"));
        }
        Integer percent = now.seeding() == null ? null : now.seeding().percent();
        Integer earlier = then.seeding() == null ? null : then.seeding().percent();
        if (percent != null && percent / 25 > (earlier == null ? 0 : earlier / 25)) {
            told.add(new Tell(
                    EventKind.CloneProgress, now.name(), "%s: %d %% copied".formatted(now.name(), percent / 25 * 25)));
        }
    }

    private static String describe(Action.Start start) {
        return switch (start) {
            case Action.Start.AutoPosition() -> "with what it has not executed yet";
            case Action.Start.At(var coordinates) -> "at %s:%d".formatted(coordinates.file(), coordinates.position());
        };
    }

    private static Optional<Tell> tell(EventKind kind, String about, String message) {
        return Optional.of(new Tell(kind, about, message));
    }
}
