package dev.replicationset.simulation;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.simulation.Transaction.Content;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.EventKind;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.ObjectRef;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Heartbeat;
import dev.replicationset.topology.ServerView.Cause;
import dev.replicationset.topology.SetId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How one operator reaches Kubernetes and the servers: every call takes a while, in which the others act; it may fail, its
 * answer may be lost although it took effect, and the operator may die or be stopped before and after it.
 */
final class Ports {
    private static final Duration UNANSWERED = Duration.ofMillis(1500);
    private static final Login LOGIN = new Login("u", "p");
    private static final Accounts ACCOUNTS = new Accounts(LOGIN, LOGIN, "%", LOGIN, Optional.empty());

    private final World world;
    private final Network network;
    private final Kubernetes kubernetes;
    private final String operator;

    /** How often calls go wrong; all are probabilities. Nothing goes wrong when it is {@link #NONE}. */
    record Trouble(double dies, double sleeps, double fails, double answerLost, double late) {
        static final Trouble NONE = new Trouble(0, 0, 0, 0, 0);
        static final Trouble MUCH = new Trouble(0.01, 0.004, 0.02, 0.01, 0.01);
    }

    /** The operator's process is killed in the middle of what it does. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1;
    }

    private final Supplier<Trouble> present;
    private final Guards guards;

    Ports(
            World world,
            Network network,
            Kubernetes kubernetes,
            String operator,
            Supplier<Trouble> present,
            Guards guards) {
        this.guards = guards;
        this.world = world;
        this.network = network;
        this.kubernetes = kubernetes;
        this.operator = operator;
        this.present = present;
    }

    private interface Call<T, E extends Exception> {
        T make() throws E;
    }

    private <T, E extends Exception> T call(Call<T, E> call, Supplier<E> failure) throws E {
        Trouble now = present.get();
        world.elapse(world.between(1, 15));
        mayDie(now);
        if (world.chance(now.fails)) {
            throw failure.get();
        }
        T result = call.make();
        world.look();
        mayDie(now);
        if (world.chance(now.answerLost)) {
            throw failure.get();
        }
        return result;
    }

    private void mayDie(Trouble now) {
        if (world.chance(now.dies)) {
            throw new Died();
        }
        if (world.chance(now.sleeps)) {
            world.note(operator + " is stopped for a while");
            world.elapse(world.between(1000, 15_000));
            world.note(operator + " goes on");
        }
    }

    ClusterPort cluster() {
        return new SimulatedCluster();
    }

    MysqlPort mysql() {
        return new SimulatedMysql(Instant.MAX);
    }

    private final class SimulatedCluster implements ClusterPort {
        private <T> T api(Supplier<T> what) {
            return call(what::get, () -> new IllegalStateException("the API server does not answer"));
        }

        private void tell(Runnable what) {
            api(() -> {
                what.run();
                return true;
            });
        }

        @Override
        public String recordStatus(SetId set, String resourceVersion, MySQLReplicationSetStatus next) throws Conflict {
            Optional<String> written = api(() -> {
                if (guards.has(Guard.CompareAndSet) && !resourceVersion.equals(Long.toString(kubernetes.version))) {
                    return Optional.empty();
                }
                kubernetes.status = guards.recorded(next, kubernetes.status);
                kubernetes.version++;
                return Optional.of(Long.toString(kubernetes.version));
            });
            return written.orElseThrow(() -> new Conflict("moved on"));
        }

        @Override
        public void consumePromote(SetId set, String request) {
            tell(() -> kubernetes.consumePromote(request));
        }

        @Override
        public MySQLReplicationSetStatus readStatus(SetId set) {
            return api(() -> kubernetes.status);
        }

        @Override
        public void apply(SetId set, Set<ObjectRef> objects) {
            tell(() -> kubernetes.apply(objects));
        }

        @Override
        public void recordOnVolume(
                SetId set,
                String instance,
                InstanceRole role,
                Optional<String> serverUuid,
                long epoch,
                int lastNumber) {
            tell(() -> kubernetes.recordOnVolume(instance, role, serverUuid, epoch, lastNumber));
        }

        @Override
        public void label(SetId set, String instance, String podUid, RoleLabels labels) {
            tell(() -> kubernetes.label(instance, podUid, labels));
        }

        @Override
        public void removeInstance(SetId set, String instance, boolean deleteVolume) {
            tell(() -> kubernetes.remove(instance, deleteVolume));
        }

        @Override
        public void restartPod(SetId set, String instance, String podUid) {
            tell(() -> kubernetes.deletePod(instance, podUid));
        }

        @Override
        public Accounts accounts(SetId set) {
            return api(() -> ACCOUNTS);
        }

        @Override
        public Login operator(SetId set) {
            return api(() -> LOGIN);
        }

        @Override
        public void tell(SetId set, EventKind kind, String about, String message) {
            world.note("event " + kind + ": " + message);
        }
    }

    private final class SimulatedMysql implements MysqlPort {
        private final Instant end;

        SimulatedMysql(Instant end) {
            this.end = end;
        }

        @Override
        public MysqlPort until(Instant time) {
            return guards.has(Guard.Deadline) ? new SimulatedMysql(time) : this;
        }

        private interface Statement<T> {
            T run(Mysqld server) throws MysqlFailure;
        }

        private <T> T on(ServerAddress address, Statement<T> statement) throws MysqlFailure {
            return call(
                    () -> {
                        Mysqld server = reach(address);
                        if (world.now().isAfter(end)) {
                            throw new MysqlFailure(Cause.TimedOut, 0, "it came to the server too late");
                        }
                        if (world.chance(present.get().late)) {
                            late(server, statement);
                            throw new MysqlFailure(Cause.TimedOut, 0, "no answer");
                        }
                        return statement.run(server);
                    },
                    () -> new MysqlFailure(Cause.Failed, 0, "the connection broke"));
        }

        /** It takes effect some time after the operator has given up waiting, within its deadline, or never. */
        private void late(Mysqld server, Statement<?> statement) {
            int life = server.life();
            world.after(world.between(10, guards.has(Guard.Deadline) ? 1000 : 20_000), () -> {
                if (server.life() == life && server.answers()) {
                    world.note("late: a statement of " + operator + " to " + server.instance);
                    try {
                        statement.run(server);
                    } catch (MysqlFailure e) {
                        world.note("late, and refused: " + e.getMessage());
                    }
                }
            });
            world.elapse(UNANSWERED);
        }

        /** Waits for what has to come, as long as a command may take. */
        private void await(Mysqld server, BooleanSupplier done, int errorNumber, String failure) throws MysqlFailure {
            int life = server.life();
            for (int i = 0; i < 12 && !done.getAsBoolean(); i++) {
                world.elapse(Duration.ofMillis(100));
            }
            if (server.life() != life || !server.answers() || !done.getAsBoolean()) {
                throw new MysqlFailure(Cause.Failed, server.life() == life ? errorNumber : 0, failure);
            }
        }

        /** Waits for commits that wait, and holds back new ones meanwhile. */
        private void closed(Mysqld server) throws MysqlFailure {
            if (server.superReadOnly && server.waits.waiting() == 0) {
                server.close();
                return;
            }
            server.closing = true;
            try {
                await(server, () -> server.waits.waiting() == 0, 1205, "Lock wait timeout exceeded");
                server.close();
            } finally {
                server.closing = false;
            }
        }

        private void commit(Mysqld server, Content content) throws MysqlFailure {
            boolean[] answered = new boolean[1];
            server.commit(content, () -> answered[0] = true);
            await(server, () -> answered[0], 0, "the commit waits");
        }

        private void barOnly(Mysqld server, Collection<String> barred) {
            server.barred.clear();
            if (guards.has(Guard.OutsidersAreLockedOut)) {
                barred.forEach(server::bar);
            }
        }

        private void requireApplied(Mysqld server) throws MysqlFailure {
            if (!server.appliedAll() && guards.has(Guard.ReceivedIsApplied)) {
                throw new MysqlFailure(Cause.Failed, 0, "it has not applied all that it received");
            }
        }

        private void requireServer(Mysqld server, String uuid) throws MysqlFailure {
            if (!server.uuid.equals(uuid)) {
                throw new MysqlFailure(Cause.Failed, 0, "another server");
            }
        }

        /** An address belongs to a pod: one of an earlier pod leads nowhere. */
        private Mysqld reach(ServerAddress address) throws MysqlFailure {
            String instance = address.instance();
            Mysqld server = kubernetes.mysqld(instance).orElse(null);
            boolean there = Optional.ofNullable(kubernetes.instances.get(instance))
                    .flatMap(found -> Optional.ofNullable(found.pod))
                    .filter(pod -> pod.ip().equals(address.host()))
                    .isPresent();
            if (server != null && there && server.running && !server.frozen && network.connects(operator, instance)) {
                return server;
            }
            boolean silent = server == null || !there || server.frozen || !network.connects(operator, instance);
            world.elapse(silent ? UNANSWERED : Duration.ofMillis(2));
            throw new MysqlFailure(silent ? Cause.TimedOut : Cause.Refused, 0, instance + " does not answer");
        }

        private void command(ServerAddress address, Consumer<Mysqld> what) throws MysqlFailure {
            on(address, server -> {
                what.accept(server);
                return true;
            });
        }

        @Override
        public ServerState observe(ServerAddress server, Login login) throws MysqlFailure {
            return on(server, Mysqld::state);
        }

        @Override
        public BinlogCoordinates open(
                ServerAddress address, Accounts accounts, String serverUuid, int acks, Collection<String> barred)
                throws MysqlFailure {
            return on(address, server -> {
                requireServer(server, serverUuid);
                requireApplied(server);
                barOnly(server, barred);
                server.removeChannel();
                server.acknowledges(false);
                server.waits.await(guards.has(Guard.WaitsBeforeItIsOpened) ? acks : 0);
                BinlogCoordinates before = server.coordinates();
                server.open();
                world.note("%s opens %s for %d acknowledgements".formatted(operator, server.instance, acks));
                return before;
            });
        }

        @Override
        public void close(ServerAddress address, Login login) throws MysqlFailure {
            on(address, server -> {
                closed(server);
                world.note(operator + " closes " + server.instance);
                return true;
            });
        }

        @Override
        public void prepareSchema(ServerAddress address, Accounts accounts, long epoch, Optional<String> database)
                throws MysqlFailure {
            on(address, server -> {
                if (server.writable() && !server.schema) {
                    commit(server, new Content.Schema());
                }
                return true;
            });
            heartbeat(address, LOGIN, epoch);
        }

        @Override
        public void attach(
                ServerAddress replica,
                Accounts accounts,
                ServerAddress source,
                Action.Start start,
                boolean acknowledges)
                throws MysqlFailure {
            on(replica, server -> {
                closed(server);
                server.waits.await(0);
                server.acknowledges(acknowledges || !guards.has(Guard.RecordedBeforeItAcknowledges));
                server.configure(source.clientHost());
                return true;
            });
        }

        @Override
        public void startReplication(ServerAddress replica, Login login, boolean acknowledges) throws MysqlFailure {
            command(replica, server -> {
                server.acknowledges(acknowledges);
                server.startReplication();
            });
        }

        @Override
        public void restartIoThread(ServerAddress replica, Login login, boolean acknowledges) throws MysqlFailure {
            command(replica, server -> {
                server.acknowledges(acknowledges);
                server.restartIoThread();
            });
        }

        @Override
        public void refreshCredentials(ServerAddress replica, Accounts accounts, boolean acknowledges)
                throws MysqlFailure {
            restartIoThread(replica, LOGIN, acknowledges);
        }

        @Override
        public void resetRelayLogs(ServerAddress replica, Accounts accounts, boolean acknowledges) throws MysqlFailure {
            command(replica, server -> {
                server.acknowledges(acknowledges);
                server.configure(String.valueOf(server.source));
            });
        }

        @Override
        public void syncAccounts(ServerAddress server, Accounts accounts) throws MysqlFailure {
            command(server, known -> {});
        }

        @Override
        public void beginClone(ServerAddress recipient, Accounts accounts, ServerAddress donor) throws MysqlFailure {
            on(recipient, server -> {
                if (server.writable()) {
                    throw new MysqlFailure(Cause.Failed, 0, "clients may write to it");
                }
                if (server.copying()) {
                    return true;
                }
                Mysqld from = kubernetes.mysqld(donor.instance()).orElse(null);
                if (from == null || !from.answers() || !network.connects(server.instance, from.instance)) {
                    throw new MysqlFailure(Cause.Failed, 3862, "no connection to the donor");
                }
                server.copyFrom(from, () -> network.connects(server.instance, from.instance));
                return true;
            });
        }

        @Override
        public void heartbeat(ServerAddress primary, Login login, long epoch) throws MysqlFailure {
            on(primary, server -> {
                if (!server.writable()) {
                    throw new MysqlFailure(Cause.Failed, 1290, "read only");
                }
                if (server.heartbeat.filter(beat -> beat.epoch() > epoch).isPresent()) {
                    throw new MysqlFailure(Cause.Failed, 0, "a later epoch has written here");
                }
                commit(server, new Content.Beat(new Heartbeat(epoch, world.now())));
                return true;
            });
        }

        @Override
        public void awaitAcks(ServerAddress primary, Login login, String serverUuid, int acks) throws MysqlFailure {
            on(primary, server -> {
                requireServer(server, serverUuid);
                if (acks > server.waits.inForce() && !guards.has(Guard.WaitsBeforeMoreArePromised)) {
                    return true;
                }
                server.waits.await(acks);
                world.note("commits on %s wait for %d".formatted(server.instance, acks));
                return true;
            });
        }

        @Override
        public void acknowledge(ServerAddress replica, Login login, boolean on) throws MysqlFailure {
            command(replica, server -> {
                server.acknowledges(on);
                if (server.receiving()) {
                    server.restartIoThread();
                }
                world.note(server.instance + (on ? " acknowledges" : " does not acknowledge"));
            });
        }

        @Override
        public void bar(ServerAddress primary, Accounts accounts, String serverUuid, String address)
                throws MysqlFailure {
            on(primary, server -> {
                requireServer(server, serverUuid);
                if (guards.has(Guard.LockedOutBeforeItLeaves)) {
                    server.bar(address);
                }
                world.note(server.instance + " locks out " + address);
                return true;
            });
        }

        @Override
        public void unbar(ServerAddress primary, Accounts accounts, String serverUuid, String address)
                throws MysqlFailure {
            on(primary, server -> {
                requireServer(server, serverUuid);
                server.barred.remove(address);
                world.note(server.instance + " lets in " + address);
                return true;
            });
        }

        @Override
        public void stopReceiving(ServerAddress replica, Login login) throws MysqlFailure {
            command(replica, server -> {
                server.acknowledges(false);
                server.stopReceiving();
                world.note(server.instance + " stops receiving");
            });
        }

        @Override
        public void startApplying(ServerAddress replica, Login login) throws MysqlFailure {
            command(replica, Mysqld::startApplying);
        }

        @Override
        public void promote(
                ServerAddress address, Accounts accounts, String serverUuid, int acks, Collection<String> barred)
                throws MysqlFailure {
            on(address, server -> {
                requireServer(server, serverUuid);
                if (server.writable()) {
                    throw new MysqlFailure(Cause.Failed, 0, "clients may write to it");
                }
                closed(server);
                server.stopReceiving();
                requireApplied(server);
                server.removeChannel();
                server.acknowledges(false);
                server.waits.await(acks);
                barOnly(server, barred);
                world.note("%s becomes a source for %d acknowledgements and locks out %s"
                        .formatted(server.instance, acks, barred));
                return true;
            });
        }

        @Override
        public void forget(ServerAddress server) {}
    }
}
