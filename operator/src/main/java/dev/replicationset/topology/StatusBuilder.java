package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.api.Seeding;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
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
        return new MySQLReplicationSetStatus(
                seen.generation(),
                recorded.primary(),
                recorded.epoch(),
                recorded.lastNumber(),
                replicas,
                ready,
                ready + "/" + seen.spec().replicas(),
                "replicationset.dev/set=%s,replicationset.dev/role=replica"
                        .formatted(seen.id().name()),
                version,
                recorded.binlog(),
                instances,
                Conditions.of(seen));
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

    private static InstanceStatus still(InstanceStatus i) {
        Seeding s = i.seeding();
        Seeding seeding = s == null
                ? null
                : new Seeding(
                        s.donor(),
                        s.attempt(),
                        s.since(),
                        s.earlierClone(),
                        s.stage(),
                        null,
                        null,
                        s.percent(),
                        s.error());
        return new InstanceStatus(
                i.name(),
                i.number(),
                i.role(),
                i.serverId(),
                i.serverUuid(),
                i.version(),
                i.ready(),
                i.source(),
                i.sourceFile(),
                i.sourcePosition(),
                null,
                null,
                i.ioThread(),
                i.sqlThread(),
                null,
                i.error(),
                i.errant(),
                seeding,
                i.reclones());
    }

    private static InstanceStatus instance(Observation seen, InstanceStatus member) {
        InstanceView view = seen.instances().get(member.name());
        boolean primary = member.name().equals(seen.status().primary());
        InstanceRole role = primary ? InstanceRole.Primary : InstanceRole.Replica;
        Optional<ServerState> state = Optional.ofNullable(view).flatMap(InstanceView::state);
        boolean ready = view != null
                && (primary
                        ? Conditions.primaryOpen(seen, view)
                        : ReplicaHealth.of(seen, view).serves());
        if (state.isEmpty()) {
            return new InstanceStatus(
                    member.name(),
                    member.number(),
                    role,
                    member.serverId(),
                    member.serverUuid(),
                    member.version(),
                    ready,
                    member.source(),
                    member.sourceFile(),
                    member.sourcePosition(),
                    member.retrievedGtid(),
                    member.executedGtid(),
                    null,
                    null,
                    null,
                    member.error(),
                    member.errant(),
                    member.seeding(),
                    member.reclones());
        }
        return answering(seen, member, role, ready, state.get());
    }

    private static InstanceStatus answering(
            Observation seen, InstanceStatus member, InstanceRole role, boolean ready, ServerState state) {
        boolean primary = role == InstanceRole.Primary;
        Optional<Channel> channel = state.channel().filter(c -> !primary);
        // The primary's UUID is an intent (PrimaryRule); a replica's is what answers.
        String uuid = primary && member.serverUuid() != null ? member.serverUuid() : state.serverUuid();
        GtidSet errant = primary
                ? GtidSet.EMPTY
                : seen.primary()
                        .flatMap(InstanceView::state)
                        .map(source -> History.errant(source, state))
                        .orElse(GtidSet.EMPTY);
        Long lag = primary
                ? null
                : seen.instances().containsKey(member.name())
                        ? Lag.of(seen, seen.instances().get(member.name()))
                                .map(java.time.Duration::toSeconds)
                                .orElse(null)
                        : null;
        return new InstanceStatus(
                member.name(),
                member.number(),
                role,
                state.serverId(),
                uuid,
                state.version(),
                ready,
                member.source(),
                member.sourceFile(),
                member.sourcePosition(),
                channel.map(c -> text(c.retrieved())).orElse(null),
                text(state.gtidExecuted()),
                channel.map(c -> c.ioThread().name()).orElse(null),
                channel.map(c -> c.sqlThread() ? "Yes" : "No").orElse(null),
                lag,
                channel.map(StatusBuilder::error).orElse(null),
                text(errant),
                seeding(member.seeding(), state),
                member.reclones());
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
        return progress.map(clone -> new Seeding(
                        recorded.donor(),
                        recorded.attempt(),
                        recorded.since(),
                        recorded.earlierClone(),
                        clone.stage(),
                        clone.bytes(),
                        clone.totalBytes(),
                        clone.percent(),
                        recorded.error()))
                .orElse(recorded);
    }

    private static @Nullable String text(GtidSet set) {
        return set.isEmpty() ? null : set.toString();
    }
}
