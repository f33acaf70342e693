package dev.replicationset.mysql;

import static dev.replicationset.desired.AccountStatements.literal;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.desired.AccountStatements;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerView.Cause;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@link MysqlPort} over Connector/J. Thread-safe. Keeps one connection per server for observing and one on the primary
 * for the heartbeat; each command has its own, for its time only.
 */
public final class JdbcMysqlPort implements MysqlPort, AutoCloseable {
    private static final Duration COMMAND = Duration.ofMillis(2500);
    static final String CLOSED = "SET GLOBAL super_read_only=ON";

    private final Connections connections;
    private final Map<Endpoint, KeptConnection<ServerObserver>> observers;
    private final Map<Endpoint, KeptConnection<Connection>> heartbeats;
    private final CloneRunner clones;
    private final Clock clock;
    private final Optional<Instant> end;

    public JdbcMysqlPort(Clock clock) {
        this.clock = clock;
        this.connections = new Connections();
        this.observers = new ConcurrentHashMap<>();
        this.heartbeats = new ConcurrentHashMap<>();
        this.clones = new CloneRunner(connections, COMMAND);
        this.end = Optional.empty();
    }

    private JdbcMysqlPort(JdbcMysqlPort same, Instant end) {
        this.clock = same.clock;
        this.connections = same.connections;
        this.observers = same.observers;
        this.heartbeats = same.heartbeats;
        this.clones = same.clones;
        this.end = Optional.of(end);
    }

    @Override
    public MysqlPort until(Instant end) {
        return new JdbcMysqlPort(this, end);
    }

    private record Endpoint(String host, int port) {
        static Endpoint of(ServerAddress server) {
            return new Endpoint(server.host(), server.adminPort());
        }
    }

    @Override
    public ServerState observe(ServerAddress server, Accounts.Login login) throws MysqlFailure {
        return observers
                .computeIfAbsent(
                        Endpoint.of(server), e -> kept(server, Connections.Purpose.Observe, ServerObserver::new))
                .use(login, ServerObserver::observe);
    }

    @Override
    public void heartbeat(ServerAddress primary, Accounts.Login login, long epoch) throws MysqlFailure {
        heartbeats
                .computeIfAbsent(Endpoint.of(primary), e -> kept(primary, Connections.Purpose.Heartbeat, c -> c))
                .use(login, connection -> Schema.beat(connection, epoch));
    }

    @Override
    public void forget(ServerAddress server) {
        Optional.ofNullable(observers.remove(Endpoint.of(server))).ifPresent(KeptConnection::forget);
        Optional.ofNullable(heartbeats.remove(Endpoint.of(server))).ifPresent(KeptConnection::forget);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A channel that is left on the server is removed first: a primary follows nobody.
     */
    @Override
    public BinlogCoordinates open(
            ServerAddress server, Accounts accounts, String serverUuid, int acks, Collection<String> barred)
            throws MysqlFailure {
        try (Session session = command(server, accounts.operator())) {
            ServerChecks.requireServer(session, serverUuid);
            Channels.requireApplied(session);
            barOnly(server, accounts, session, barred);
            Channels.remove(session);
            SemiSyncCommands.acknowledge(session, false);
            SemiSyncCommands.await(session, acks);
            BinlogCoordinates before = Coordinates.read(session);
            session.run("SET GLOBAL offline_mode=OFF", "SET GLOBAL super_read_only=OFF, read_only=OFF");
            return before;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The bound is that of the lock, which is shorter than the command's: MySQL undoes the statement itself then. One
     * whose client has gone would take effect whenever the lock is free (reference 3.3), so its connection is ended.
     */
    @Override
    public void close(ServerAddress server, Accounts.Login login) throws MysqlFailure {
        try (Session session = command(server, login)) {
            long id = session.one("SELECT CONNECTION_ID()", row -> row.getLong(1));
            try {
                session.run(CLOSED);
            } catch (MysqlFailure e) {
                throw e.errorNumber() == 0 ? withoutAnswer(server, login, id, e) : e;
            }
            Clients.end(session, login);
        }
    }

    /** Ends a statement that may still take effect. @return the failure, which says so if it might even now */
    private MysqlFailure withoutAnswer(ServerAddress server, Accounts.Login login, long id, MysqlFailure failure) {
        String doubt;
        try (Session session = command(server, login)) {
            // By user too: after a restart of the server the number is somebody else's.
            if (Clients.endAll(
                    session,
                    "SELECT processlist_id FROM performance_schema.threads WHERE processlist_id = " + id
                            + " AND processlist_user = " + literal(login.user()))) {
                return failure;
            }
            doubt = "it was killed and goes on";
        } catch (MysqlFailure e) {
            doubt = "it could not be ended: " + e.getMessage();
        }
        return new MysqlFailure(
                failure.kind(),
                0,
                failure.getMessage() + "; super_read_only may still take effect on " + server.instance() + ", "
                        + doubt);
    }

    @Override
    public void prepareSchema(ServerAddress primary, Accounts accounts, long epoch, Optional<String> database)
            throws MysqlFailure {
        try (Session session = command(primary, accounts.operator())) {
            if (database.isPresent()) {
                new DatabaseOwner(connections, primary).prepare(session, database.get(), accounts.owner());
            }
            // Last: from its table it is told that all of this was done.
            Schema.prepare(session);
        }
        heartbeat(primary, accounts.operator(), epoch);
    }

    @Override
    public void attach(
            ServerAddress replica, Accounts accounts, ServerAddress source, Action.Start start, boolean acknowledges)
            throws MysqlFailure {
        try (Session session = command(replica, accounts.operator())) {
            session.run(CLOSED);
            if (start instanceof Action.Start.At && Channels.position(session).isPresent()) {
                throw new MysqlFailure(
                        Cause.Failed, 0, "refused: a channel exists, and may have gone on from older coordinates");
            }
            SemiSyncCommands.retire(session);
            Channels.remove(session);
            SemiSyncCommands.acknowledge(session, acknowledges);
            session.run(Channels.configure(accounts, source, start), "SET GLOBAL offline_mode=OFF", Channels.START);
        }
    }

    @Override
    public void startReplication(ServerAddress replica, Accounts.Login login, boolean acknowledges)
            throws MysqlFailure {
        try (Session session = command(replica, login)) {
            session.run(CLOSED);
            SemiSyncCommands.acknowledge(session, acknowledges);
            if (Channels.receives(session) && SemiSyncCommands.acknowledges(session) != acknowledges) {
                session.run(Channels.BOUND_STOP, Channels.STOP_IO);
            }
            session.run(Channels.START);
        }
    }

    @Override
    public void restartIoThread(ServerAddress replica, Accounts.Login login, boolean acknowledges) throws MysqlFailure {
        try (Session session = command(replica, login)) {
            SemiSyncCommands.acknowledge(session, acknowledges);
            session.run(Channels.BOUND_STOP, Channels.STOP_IO, Channels.START_IO);
        }
    }

    @Override
    public void refreshCredentials(ServerAddress replica, Accounts accounts, boolean acknowledges) throws MysqlFailure {
        try (Session session = command(replica, accounts.operator())) {
            SemiSyncCommands.acknowledge(session, acknowledges);
            session.run(Channels.BOUND_STOP, Channels.STOP_IO, Channels.refresh(accounts), Channels.START_IO);
        }
    }

    @Override
    public void resetRelayLogs(ServerAddress replica, Accounts accounts, boolean acknowledges) throws MysqlFailure {
        try (Session session = command(replica, accounts.operator())) {
            session.run(Channels.BOUND_STOP, Channels.STOP);
            Channels.Position executed = Channels.position(session)
                    .orElseThrow(() -> new MysqlFailure(Cause.Failed, 0, "no replication channel is configured"));
            SemiSyncCommands.acknowledge(session, acknowledges);
            session.run(Channels.RESET, Channels.refresh(accounts));
            if (!executed.auto()) {
                session.run(Channels.moveTo(executed));
            }
            session.run(Channels.START);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>MySQL refuses account statements under {@code super_read_only}, so that is lifted meanwhile on a closed server;
     * {@code read_only} stays, which keeps out everybody without CONNECTION_ADMIN: no client's account has it unless an
     * administrator gave it. Nothing reaches the binary log.
     */
    @Override
    public void syncAccounts(ServerAddress server, Accounts accounts) throws MysqlFailure {
        List<String> statements = AccountStatements.whileRunning(accounts);
        try (Session session = command(server, accounts.operator())) {
            session.run("SET SESSION sql_log_bin=0");
            boolean closed = session.one("SELECT @@GLOBAL.super_read_only", row -> row.getBoolean(1));
            if (!closed) {
                session.run(statements.toArray(String[]::new));
                return;
            }
            lifted(server, accounts, session, () -> session.run(statements.toArray(String[]::new)));
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>MySQL refuses CLONE under {@code super_read_only}; {@code read_only} is enough to keep clients out meanwhile.
     * A server that is open for writes is refused. Both variables are on again after the restart that ends a copy.
     */
    @Override
    public void beginClone(ServerAddress recipient, Accounts accounts, ServerAddress donor) throws MysqlFailure {
        clones.begin(recipient, accounts, donor);
    }

    @Override
    public void awaitAcks(ServerAddress primary, Accounts.Login login, String serverUuid, int acks)
            throws MysqlFailure {
        try (Session session = command(primary, login)) {
            ServerChecks.requireServer(session, serverUuid);
            SemiSyncCommands.await(session, acks);
        }
    }

    @Override
    public void acknowledge(ServerAddress replica, Accounts.Login login, boolean on) throws MysqlFailure {
        try (Session session = command(replica, login)) {
            SemiSyncCommands.acknowledge(session, on);
            if (Channels.receives(session) && SemiSyncCommands.acknowledges(session) != on) {
                session.run(Channels.BOUND_STOP, Channels.STOP_IO, Channels.START_IO);
            }
        }
    }

    @Override
    public void bar(ServerAddress primary, Accounts accounts, String serverUuid, String address) throws MysqlFailure {
        try (Session session = command(primary, accounts.operator())) {
            ServerChecks.requireServer(session, serverUuid);
            Barring.bar(session, accounts, address);
        }
    }

    @Override
    public void unbar(ServerAddress primary, Accounts accounts, String serverUuid, String address) throws MysqlFailure {
        try (Session session = command(primary, accounts.operator())) {
            ServerChecks.requireServer(session, serverUuid);
            Barring.unbar(session, accounts, address);
        }
    }

    @Override
    public void stopReceiving(ServerAddress replica, Accounts.Login login) throws MysqlFailure {
        try (Session session = command(replica, login)) {
            SemiSyncCommands.acknowledge(session, false);
            Channels.stopReceiving(session);
        }
    }

    @Override
    public void startApplying(ServerAddress replica, Accounts.Login login) throws MysqlFailure {
        try (Session session = command(replica, login)) {
            session.run(CLOSED, Channels.START_SQL);
        }
    }

    @Override
    public void promote(ServerAddress server, Accounts accounts, String serverUuid, int acks, Collection<String> barred)
            throws MysqlFailure {
        try (Session session = command(server, accounts.operator())) {
            ServerChecks.requireServer(session, serverUuid);
            ServerChecks.requireClosed(session, server);
            session.run(CLOSED);
            Channels.stopReceiving(session);
            Channels.requireApplied(session);
            barOnly(server, accounts, session, barred);
            Channels.remove(session);
            SemiSyncCommands.acknowledge(session, false);
            SemiSyncCommands.await(session, acks);
        }
    }

    private void barOnly(ServerAddress server, Accounts accounts, Session session, Collection<String> barred)
            throws MysqlFailure {
        if (Barring.locked(session, accounts).equals(Set.copyOf(barred))) {
            return;
        }
        if (ServerChecks.readOnly(session)) {
            lifted(server, accounts, session, () -> Barring.barOnly(session, accounts, barred));
        } else {
            Barring.barOnly(session, accounts, barred);
        }
    }

    private interface Work {
        void run() throws MysqlFailure;
    }

    /** With super_read_only lifted meanwhile, and read_only kept, on a server that is closed. */
    private void lifted(ServerAddress server, Accounts accounts, Session session, Work work) throws MysqlFailure {
        try {
            session.run("SET GLOBAL read_only=ON, super_read_only=OFF");
            work.run();
        } finally {
            lock(server, accounts.operator());
        }
    }

    /** In a connection of its own, since the one before may be broken. */
    private void lock(ServerAddress server, Accounts.Login login) throws MysqlFailure {
        try (Session session = command(server, login)) {
            session.run(CLOSED);
        }
    }

    private Session command(ServerAddress server, Accounts.Login login) throws MysqlFailure {
        // Whoever is stopped between these gains no time by it.
        long now = System.nanoTime();
        Duration budget = end.map(time -> Duration.between(clock.instant(), time))
                .filter(left -> left.compareTo(COMMAND) < 0)
                .orElse(COMMAND);
        return new Session(connections.open(server, login, Connections.Purpose.Command), now + budget.toNanos());
    }

    private <S> KeptConnection<S> kept(ServerAddress server, Connections.Purpose purpose, Preparing<S> preparing) {
        return new KeptConnection<>(new KeptConnection.Opener<>() {
            @Override
            public Connection open(Accounts.Login login) throws MysqlFailure {
                return connections.open(server, login, purpose);
            }

            @Override
            public S prepare(Connection connection) throws SQLException {
                return preparing.prepare(connection);
            }
        });
    }

    private interface Preparing<S> {
        S prepare(Connection connection) throws SQLException;
    }

    /** Ends all connections; statements that were begun go on in their servers. */
    @Override
    public void close() {
        observers.values().forEach(KeptConnection::forget);
        heartbeats.values().forEach(KeptConnection::forget);
        clones.close();
    }
}
