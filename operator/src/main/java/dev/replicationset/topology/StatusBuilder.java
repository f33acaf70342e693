package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.api.Seeding;
import dev.replicationset.api.WellKnownLabels;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the whole status from an observation. Recorded intents are carried over as they are. */
public final class StatusBuilder {
    private StatusBuilder() {}

    public static MySQLReplicationSetStatus build(Observation seen) {
        MySQLReplicationSetStatus recorded = seen.status();
        List<InstanceStatus> instances = recorded.instances().stream()
                .map(member -> instance(seen, member))
                .toList();
        int replicas = (int) instances.stream()
                .filter(member -> !member.name().equals(recorded.primary()))
                .count();
        int ready = (int) instances.stream()
                .filter(member -> !member.name().equals(recorded.primary()) && Boolean.TRUE.equals(member.ready()))
                .count();
        String version = seen.primary()
                .flatMap(InstanceView::state)
                .map(ServerState::version)
                .orElse(recorded.version());
        return recorded.with(its -> its.observedGeneration(seen.generation())
                .replicas(replicas)
                .readyReplicas(ready)
                .ready(ready + "/" + seen.spec().replicas())
                .selector(WellKnownLabels.replicas(seen.id().name()))
                .version(version)
                .instances(instances)
                .conditions(Conditions.of(seen)));
    }

    /**
     * Whether two statuses differ in more than what moves all the time. Positions, lag and the bytes of a copy are
     * written along with the next change that matters, so that an idle set causes no writes.
     */
    public static boolean worthWriting(MySQLReplicationSetStatus recorded, MySQLReplicationSetStatus built) {
        return !still(recorded).equals(still(built));
    }

    private static MySQLReplicationSetStatus still(MySQLReplicationSetStatus status) {
        return status.withInstances(
                status.instances().stream().map(StatusBuilder::still).toList());
    }

    private static InstanceStatus still(InstanceStatus instance) {
        Seeding seeding = instance.seeding();
        return instance.with(its -> its.retrievedGtid(null)
                .executedGtid(null)
                .lagSeconds(null)
                .seeding(
                        seeding == null
                                ? null
                                : seeding.with(copy -> copy.bytes(null).totalBytes(null))));
    }

    private static InstanceStatus instance(Observation seen, InstanceStatus member) {
        InstanceView view = seen.instances().get(member.name());
        boolean primary = member.name().equals(seen.status().primary());
        boolean ready = view != null
                && (primary
                        ? Conditions.primaryOpen(seen, view)
                        : ReplicaHealth.of(seen, view).serves());
        InstanceStatus known = member.with(its ->
                its.role(primary ? InstanceRole.Primary : InstanceRole.Replica).ready(ready));
        Optional<ServerState> state = Optional.ofNullable(view).flatMap(InstanceView::state);
        if (view == null || state.isEmpty()) {
            return known.with(its -> its.ioThread(null).sqlThread(null).lagSeconds(null));
        }
        InstanceStatus answering = known.with(its -> its.serverId(state.get().serverId())
                .version(state.get().version())
                .executedGtid(text(state.get().gtidExecuted())));
        return primary ? primary(answering, state.get()) : replica(seen, answering, view, state.get());
    }

    /** Its UUID is an intent ({@link PrimaryRule}) once it is recorded; a replica's is what answers. */
    private static InstanceStatus primary(InstanceStatus member, ServerState state) {
        return member.with(its -> its.serverUuid(member.serverUuid() == null ? state.serverUuid() : member.serverUuid())
                .retrievedGtid(null)
                .ioThread(null)
                .sqlThread(null)
                .lagSeconds(null)
                .error(null)
                .errant(null)
                .seeding(seeding(member.seeding(), state)));
    }

    private static InstanceStatus replica(
            Observation seen, InstanceStatus member, InstanceView view, ServerState state) {
        Optional<Channel> channel = state.channel();
        GtidSet errant =
                seen.source().map(source -> History.errant(source, state)).orElse(GtidSet.EMPTY);
        // Of one that may acknowledge another server in its place is noticed by it.
        boolean votes = seen.status().acknowledging().contains(member.name()) && member.serverUuid() != null;
        return member.with(its -> its.serverUuid(votes ? member.serverUuid() : state.serverUuid())
                .retrievedGtid(channel.map(c -> text(c.retrieved())).orElse(null))
                .ioThread(channel.map(c -> c.ioThread().name()).orElse(null))
                .sqlThread(channel.map(c -> c.sqlThread() ? "Yes" : "No").orElse(null))
                .lagSeconds(Lag.of(seen, view).map(Duration::toSeconds).orElse(null))
                .error(channel.map(StatusBuilder::error).orElse(null))
                .errant(text(errant))
                .seeding(seeding(member.seeding(), state)));
    }

    private static @Nullable String error(Channel channel) {
        if (!channel.sqlThread() && channel.sqlError().present()) {
            return channel.sqlError().toString();
        }
        boolean stopped = channel.ioThread() != ServerState.IoThread.Yes;
        return stopped && channel.ioError().present() ? channel.ioError().toString() : null;
    }

    /** The recorded intent with the progress that is seen of it. */
    private static @Nullable Seeding seeding(@Nullable Seeding recorded, ServerState state) {
        if (recorded == null || recorded.attaching()) {
            return recorded;
        }
        Optional<CloneProgress> progress = state.cloning()
                .filter(clone -> !clone.beganAt().toString().equals(recorded.earlierClone())
                        && clone.state() == CloneProgress.State.InProgress);
        return progress.map(clone -> recorded.with(copy -> copy.stage(clone.stage())
                        .bytes(clone.bytes())
                        .totalBytes(clone.totalBytes())
                        .percent(clone.percent())))
                .orElse(recorded);
    }

    private static @Nullable String text(GtidSet set) {
        return set.isEmpty() ? null : set.toString();
    }
}
