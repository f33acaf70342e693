package dev.replicationset.mysql;

import static dev.replicationset.desired.AccountStatements.account;
import static dev.replicationset.desired.AccountStatements.literal;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ReplicationReaction;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView.Cause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs CLONE INSTANCE, each in a connection and a virtual thread of its own. */
final class CloneRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CloneRunner.class);
    private static final Duration BEGIN = Duration.ofMillis(1500);
    private static final Duration LOOK = Duration.ofMillis(50);

    /** The copy is complete; the server ends itself and, knowing no supervisor, says that it can't restart. */
    private static final int RESTART_FAILED = 3707;

    // The first stage that can't be undone; everything that refuses a clone was checked before it.
    private static final String BEGUN = "SELECT 1 FROM performance_schema.clone_progress"
            + " WHERE stage = 'DROP DATA' AND state <> 'Not Started'"
            + " AND (SELECT pid FROM performance_schema.clone_status) = ";

    private static final String RUNNING =
            "SELECT pid, source FROM performance_schema.clone_status WHERE state = 'In Progress' AND pid <> 0";

    private record Running(long pid, String source) {}

    private final Connections connections;
    private final Duration command;
    private final Set<Connection> running = ConcurrentHashMap.newKeySet();

    CloneRunner(Connections connections, Duration command) {
        this.connections = connections;
        this.command = command;
    }

    /**
     * Returns when the recipient has begun to drop its data, or after {@link #BEGIN}. A copy that already runs from the
     * same donor goes on. One from another donor is ended, and the call fails so that it is tried again: a recipient
     * whose donor has died would otherwise wait for it for more than five minutes.
     */
    void begin(ServerAddress recipient, Accounts accounts, ServerAddress donor) throws MysqlFailure {
        try (Session session = session(recipient, accounts)) {
            if (session.one("SELECT NOT @@GLOBAL.read_only", row -> row.getBoolean(1))) {
                throw new MysqlFailure(Cause.Failed, 0, "refused: clients may write to " + recipient.instance());
            }
            String source = donor.clientHost() + ":" + donor.clientPort();
            Optional<Running> already = session.first(RUNNING, row -> new Running(row.getLong(1), row.getString(2)));
            if (already.isPresent()) {
                if (already.get().source().equals(source)) {
                    return;
                }
                session.run("KILL " + already.get().pid());
                throw new MysqlFailure(
                        Cause.Failed, 0, "ended the copy from " + already.get().source() + "; begins anew next time");
            }
            removeChannel(session, recipient);
            session.run(
                    "SET GLOBAL clone_valid_donor_list=" + literal(source),
                    "SET GLOBAL read_only=ON, super_read_only=OFF");
            Connection connection = connections.open(recipient, accounts.operator(), Connections.Purpose.Clone);
            long id = connectionId(connection);
            running.add(connection);
            CompletableFuture<Optional<MysqlFailure>> ended = new CompletableFuture<>();
            Thread.ofVirtual()
                    .name("clone-" + recipient.instance())
                    .start(() -> ended.complete(run(connection, recipient, accounts, donor)));
            awaitBeginning(session, id, ended);
        }
    }

    /** The copy brings the tables that a broken channel lacks; it needs the channel's threads stopped, no more. */
    private static void removeChannel(Session session, ServerAddress recipient) throws MysqlFailure {
        try {
            Channels.remove(session);
        } catch (MysqlFailure e) {
            if (!ReplicationReaction.channelsBroken(e.errorNumber())) {
                throw e;
            }
            LOG.info("The channel of {} can't be removed: {}", recipient.instance(), e.getMessage());
        }
    }

    private static long connectionId(Connection connection) throws MysqlFailure {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            Connections.abort(connection);
            throw Failures.of(e);
        }
    }

    private static void awaitBeginning(Session session, long id, CompletableFuture<Optional<MysqlFailure>> ended)
            throws MysqlFailure {
        long until = System.nanoTime() + BEGIN.toNanos();
        while (System.nanoTime() < until) {
            try {
                Optional<MysqlFailure> failure = ended.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (failure.isPresent()) {
                    throw failure.get();
                }
                return;
            } catch (TimeoutException e) {
                if (session.first(BEGUN + id, row -> true).isPresent()) {
                    return;
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                // Begun is begun: what becomes of it is observed.
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Runs the statement to its end. @return why it failed */
    private Optional<MysqlFailure> run(
            Connection connection, ServerAddress recipient, Accounts accounts, ServerAddress donor) {
        String sql = "CLONE INSTANCE FROM "
                + account(accounts.operator().user(), donor.clientHost()) + ":" + donor.clientPort()
                + " IDENTIFIED BY " + literal(accounts.operator().password()) + " REQUIRE SSL";
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return Optional.empty();
        } catch (SQLException e) {
            MysqlFailure failure = Failures.of(e);
            // Without a number the connection broke: the server restarts with its new data, or this process ends.
            if (failure.errorNumber() == RESTART_FAILED || failure.errorNumber() == 0) {
                return Optional.empty();
            }
            LOG.info("CLONE into {} failed: {}", recipient.instance(), failure.getMessage());
            lock(recipient, accounts);
            return Optional.of(failure);
        } finally {
            running.remove(connection);
            Connections.abort(connection);
        }
    }

    private void lock(ServerAddress recipient, Accounts accounts) {
        try (Session session = session(recipient, accounts)) {
            session.run(JdbcMysqlPort.CLOSED);
        } catch (MysqlFailure e) {
            // read_only has stayed on; what attaches or clones it next sets it again.
            LOG.info("super_read_only of {} could not be set again: {}", recipient.instance(), e.getMessage());
        }
    }

    private Session session(ServerAddress recipient, Accounts accounts) throws MysqlFailure {
        return new Session(connections.open(recipient, accounts.operator(), Connections.Purpose.Command), command);
    }

    /** Ends the connections; a server that copies goes on copying. */
    @Override
    public void close() {
        running.forEach(Connections::abort);
    }
}
