package dev.replicationset.topology;

import dev.replicationset.api.Account;
import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.Bootstrap;
import dev.replicationset.api.Durability;
import dev.replicationset.api.Failover;
import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.api.PodSettings;
import dev.replicationset.api.Positioning;
import dev.replicationset.api.Reads;
import dev.replicationset.api.Replication;
import dev.replicationset.api.Storage;
import dev.replicationset.api.VolumePolicy;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.Heartbeat;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import dev.replicationset.topology.ServerState.SemiSync;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A set in memory for tests of the planner: what is changed here is what the planner sees next. */
final class Scene {
    static final SetId ID = new SetId("shop", "orders", "uid-1");
    static final String UUID_1 = "11111111-1111-1111-1111-111111111111";
    static final String UUID_2 = "22222222-2222-2222-2222-222222222222";
    static final String UUID_3 = "33333333-3333-3333-3333-333333333333";

    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    int replicas = 2;
    Positioning positioning = Positioning.GTID;

    @Nullable
    Durability durability = Durability.Async;

    @Nullable
    Integer acksRequired;

    boolean automatic = true;
    String delay = "0s";
    Optional<String> promote = Optional.empty();

    @Nullable
    String database;

    boolean paused;
    boolean fallbackToPrimary = true;
    MySQLReplicationSetStatus status = MySQLReplicationSetStatus.EMPTY;
    final Map<String, InstanceView> instances = new HashMap<>();
    final Map<String, Observation.Failure> failures = new HashMap<>();
    Set<ObjectRef> drift = Set.of();
    boolean secretsChanged;

    /** A healthy set of one primary and two replicas. */
    static Scene healthy() {
        Scene scene = new Scene();
        scene.record();
        for (int number = 1; number <= 3; number++) {
            scene.running(number);
        }
        scene.status = scene.status
                .withBinlog(new BinlogCoordinates("binlog.000002", 158L, "").asOrigin())
                .with(scene.status.instance("orders-1").orElseThrow().withServerUuid(uuid(1)));
        scene.server("orders-1", state -> writable(state));
        for (int number = 2; number <= 3; number++) {
            String name = "orders-" + number;
            scene.status = scene.status.with(
                    scene.status.instance(name).orElseThrow().withSource("orders-1", "binlog.000002", 158L));
            scene.server(name, state -> with(state, Optional.of(channel())));
            scene.labels(name, new RoleLabels(Optional.of(InstanceRole.Replica), false, true));
        }
        scene.labels("orders-1", new RoleLabels(Optional.of(InstanceRole.Primary), true, false));
        return scene;
    }

    /** A healthy set whose two replicas acknowledge, one of them for each commit; nothing is left to do. */
    static Scene durable() {
        Scene scene = healthy();
        scene.durability = Durability.Required;
        scene.status = scene.status.with(
                its -> its.acknowledging(List.of("orders-2", "orders-3")).acksRequired(1));
        scene.server(
                "orders-1",
                state -> at(state, "binlog.000002", 1000, UUID_1 + ":1-10", "")
                        .withSemiSync(Optional.of(new SemiSync(true, 1, 2, 0, false, false))));
        for (int number = 2; number <= 3; number++) {
            String name = "orders-" + number;
            String address = "10.0.0." + number;
            String uuid = uuid(number);
            scene.status = scene.status.with(scene.status
                    .instance(name)
                    .orElseThrow()
                    .with(its -> its.acknowledgesFrom(address).serverUuid(uuid)));
            scene.server(name, Scene::acknowledging);
            scene.received(name, 1000, "1-10", "1-10");
        }
        scene.later(Duration.ofSeconds(1));
        return scene;
    }

    static ServerState acknowledging(ServerState state) {
        return state.withSemiSync(Optional.of(new SemiSync(false, 1, 0, 0, true, true)));
    }

    /** What a replica has of the first primary's transactions, seen now. */
    void received(String name, long position, String received, String executed) {
        server(
                name,
                state -> state.with(its -> its.gtidExecuted(GtidSet.parse(UUID_1 + ":" + executed))
                        .channel(state.channel()
                                .map(channel ->
                                        channel.with(now -> now.retrieved(GtidSet.parse(UUID_1 + ":" + received))
                                                .sourcePosition(position))))));
    }

    /** It receives no more, and would not acknowledge. */
    void stopped(String name) {
        server(
                name,
                state -> state.with(its -> its.semiSync(Optional.of(SemiSync.OFF))
                        .channel(state.channel().map(channel -> channel.withIoThread(IoThread.No)))));
    }

    /** mysqld is gone, and its replicas have noticed. */
    void dies(String name) {
        later(Duration.ofSeconds(1));
        answer(name, new ServerView.Unreachable(ServerView.Cause.Refused, now, 1, "refused"));
        later(Duration.ofMillis(200));
        for (String other : List.of("orders-1", "orders-2", "orders-3")) {
            if (view(other).state().flatMap(ServerState::channel).isPresent()) {
                server(
                        other,
                        state -> state.withChannel(
                                state.channel().map(channel -> channel.withIoThread(IoThread.Connecting))));
            }
        }
    }

    Plan plan() {
        return Planner.plan(seen());
    }

    /** Plans and takes over the intent, as if it was recorded. */
    Plan record() {
        Plan plan = plan();
        for (Action action : plan.actions()) {
            if (action instanceof Action.RecordIntent(MySQLReplicationSetStatus next, var first)) {
                status = next;
            }
        }
        return plan;
    }

    Observation seen() {
        Map<String, InstanceView> sorted = new LinkedHashMap<>();
        instances.values().stream()
                .sorted(Comparator.comparingInt(InstanceView::number))
                .forEach(view -> sorted.put(view.name(), view));
        status.instances().stream()
                .filter(member -> !sorted.containsKey(member.name()))
                .forEach(member -> sorted.put(
                        member.name(),
                        new InstanceView(
                                member.name(),
                                member.number(),
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                ServerView.UNKNOWN)));
        MySQLReplicationSetSpec spec = new MySQLReplicationSetSpec(
                "mysql:9.7",
                null,
                List.of(),
                replicas,
                new Storage(new Quantity("1Gi"), null, VolumePolicy.Retain, VolumePolicy.Delete),
                Map.of(),
                new Replication(positioning, Account.DEFAULT, durability, acksRequired, false),
                database == null ? null : new Bootstrap(database, database),
                new Reads("30s", fallbackToPrimary),
                new Failover(automatic, delay),
                PodSettings.NONE,
                paused);
        return new Observation(ID, now, false, 1, "7", spec, status, sorted, drift, failures, promote, secretsChanged);
    }

    /** An instance with all its objects, a recorded volume, and a closed server that answers. */
    void running(int number) {
        String name = "orders-" + number;
        InstanceRole role = name.equals(status.primary()) ? InstanceRole.Primary : InstanceRole.Replica;
        VolumeView volume = new VolumeView(
                "pvc-" + number,
                true,
                false,
                Optional.of(role),
                role == InstanceRole.Primary ? Optional.of(uuid(number)) : Optional.empty(),
                status.epoch(),
                false,
                status.lastNumber());
        PodView pod = new PodView(
                "pod-" + number,
                "10.0.0." + number,
                "node-1",
                false,
                true,
                true,
                true,
                0,
                false,
                RoleLabels.NONE,
                Optional.empty());
        ServerState state = new ServerState(
                1000 + number,
                uuid(number),
                "9.7.4",
                true,
                true,
                false,
                GtidSet.EMPTY,
                GtidSet.EMPTY,
                new BinlogCoordinates("binlog.000002", 158L, ""),
                500,
                128 << 20,
                number == 1,
                Optional.of(new Heartbeat(1, now)),
                Optional.empty(),
                Optional.empty(),
                Optional.of(SemiSync.OFF));
        instances.put(
                name,
                new InstanceView(
                        name,
                        number,
                        true,
                        Optional.of(volume),
                        Optional.of(pod),
                        new ServerView.Answering(now, state)));
    }

    void server(String name, UnaryOperator<ServerState> change) {
        ServerState state = view(name).state().orElseThrow();
        answer(name, new ServerView.Answering(now, change.apply(state)));
    }

    void answer(String name, ServerView server) {
        instances.put(name, view(name).withServer(server));
    }

    void labels(String name, RoleLabels labels) {
        PodView pod = view(name).pod().orElseThrow();
        instances.put(name, view(name).withPod(Optional.of(pod.withLabels(labels))));
    }

    /** A kept volume; the primary's with the UUID of the server that was seen on it. */
    void volume(int number, @Nullable InstanceRole role, long epoch, boolean retired) {
        boolean primary = role == InstanceRole.Primary;
        volume(number, role, primary ? Optional.of(uuid(number)) : Optional.empty(), epoch, retired);
    }

    /** A kept volume to which a person gave the role. */
    void volumeNamedPrimary(int number, long epoch) {
        volume(number, InstanceRole.Primary, Optional.empty(), epoch, false);
    }

    private void volume(
            int number, @Nullable InstanceRole role, Optional<String> serverUuid, long epoch, boolean retired) {
        String name = "orders-" + number;
        VolumeView volume = new VolumeView(
                "pvc-" + number, true, false, Optional.ofNullable(role), serverUuid, epoch, retired, number);
        instances.put(
                name, new InstanceView(name, number, false, Optional.of(volume), Optional.empty(), ServerView.UNKNOWN));
    }

    /** Its pod was made anew and has no node yet. */
    void pending(String name) {
        InstanceView view = view(name);
        instances.put(
                name,
                view.withServer(ServerView.UNKNOWN)
                        .withPod(view.pod()
                                .map(pod -> pod.with(its -> its.ip("")
                                        .node("")
                                        .initialized(false)
                                        .running(false)
                                        .ready(false)))));
    }

    void deleting(String name) {
        InstanceView view = view(name);
        instances.put(name, view.withPod(view.pod().map(pod -> pod.withDeleting(true))));
    }

    /** Its volume says that it is the primary's. */
    void recorded(String name) {
        InstanceView view = view(name);
        instances.put(
                name,
                view.withVolume(view.volume()
                        .map(volume -> volume.with(its -> its.role(Optional.of(InstanceRole.Primary))
                                .serverUuid(view.state().map(ServerState::serverUuid))
                                .epoch(status.epoch())
                                .lastNumber(status.lastNumber())))));
    }

    void unrecordVolume(String name) {
        VolumeView volume = view(name).volume().orElseThrow();
        instances.put(
                name,
                view(name)
                        .withVolume(Optional.of(volume.with(its -> its.role(Optional.empty())
                                .serverUuid(Optional.empty())
                                .epoch(0)))));
    }

    InstanceView view(String name) {
        return Optional.ofNullable(instances.get(name)).orElseThrow();
    }

    void later(Duration time) {
        now = now.plus(time);
    }

    static String uuid(int number) {
        return switch (number) {
            case 1 -> UUID_1;
            case 2 -> UUID_2;
            case 3 -> UUID_3;
            default -> "44444444-4444-4444-4444-%012d".formatted(number);
        };
    }

    static ServerState writable(ServerState state) {
        return state.with(its -> its.readOnly(false).superReadOnly(false).schemaReady(true));
    }

    static ServerState closed(ServerState state) {
        return state.with(its -> its.readOnly(true).superReadOnly(true));
    }

    static ServerState at(ServerState state, String file, long position, String executed, String purged) {
        return state.with(its -> its.gtidExecuted(GtidSet.parse(executed))
                .gtidPurged(GtidSet.parse(purged))
                .binlog(new BinlogCoordinates(file, position, executed)));
    }

    static ServerState with(ServerState state, Optional<Channel> channel) {
        return state.with(its -> its.schemaReady(true).channel(channel));
    }

    static ServerState cloning(ServerState state, CloneProgress progress) {
        return state.withCloning(Optional.of(progress));
    }

    static ServerState beating(ServerState state, Instant at) {
        return state.withHeartbeat(Optional.of(new Heartbeat(1, at)));
    }

    static Channel channel() {
        return channel(IoThread.Yes, true, ReplicationError.NONE, ReplicationError.NONE);
    }

    static Channel channel(IoThread io, boolean sql, ReplicationError ioError, ReplicationError sqlError) {
        return new Channel(
                ServerAddress.clientHost(ID, "orders-1"),
                3306,
                "repl",
                Optional.of(UUID_1),
                true,
                true,
                io,
                sql,
                "binlog.000002",
                158,
                "binlog.000002",
                158,
                GtidSet.EMPTY,
                ioError,
                sqlError);
    }
}
