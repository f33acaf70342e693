package dev.replicationset.mysql;

import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerView.Cause;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection for one command, with one deadline for all of its statements: whoever calls it is blocked no longer than
 * that. A statement whose answer doesn't come in time may take effect until the deadline, and no later; every command is
 * safe to run again.
 */
final class Session implements AutoCloseable {
    /** "Subquery returns more than 1 row": what the guard ends in. */
    private static final int TOO_LATE = 1242;

    private static final DateTimeFormatter UNTIL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    private final Connection connection;
    private final long deadline;
    private @Nullable String guard;

    Session(Connection connection, Duration budget) {
        this(connection, System.nanoTime() + budget.toNanos());
    }

    /** @param deadline as of {@link System#nanoTime} */
    Session(Connection connection, long deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    /** Reads one row. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Runs statements that change something. Each carries the session's deadline by the server's own clock, in one packet
     * with it, so that one which is late, in the network or in a server that was stopped, has no effect any more.
     *
     * @throws MysqlFailure also when a statement came too late
     */
    void run(String... statements) throws MysqlFailure {
        String guard = guard();
        for (String sql : statements) {
            try (Statement statement = statement()) {
                statement.execute(guard + sql);
                while (statement.getMoreResults() || statement.getUpdateCount() != -1) {
                    // An error of a later part is thrown when its turn comes.
                }
            } catch (SQLException e) {
                throw e.getErrorCode() == TOO_LATE
                        ? new MysqlFailure(Cause.TimedOut, 0, "the statement came to the server too late")
                        : Failures.of(e);
            }
        }
    }

    private String guard() throws MysqlFailure {
        String known = guard;
        if (known == null) {
            // The rest of the time is taken after the answer: whoever is stopped in between gains none.
            LocalDateTime there = one("SELECT SYSDATE(6)", row -> row.getObject(1, LocalDateTime.class));
            LocalDateTime until = there.plusNanos(deadline - System.nanoTime());
            known = "DO IF(SYSDATE(6) <= '%s', 0, (SELECT 1 UNION SELECT 2)); ".formatted(UNTIL.format(until));
            guard = known;
        }
        return known;
    }

    <T> Optional<T> first(String sql, Reader<T> reader) throws MysqlFailure {
        return all(sql, reader).stream().findFirst();
    }

    <T> List<T> all(String sql, Reader<T> reader) throws MysqlFailure {
        try (Statement statement = statement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<T> read = new ArrayList<>();
            while (rows.next()) {
                read.add(reader.read(rows));
            }
            return read;
        } catch (SQLException e) {
            throw Failures.of(e);
        }
    }

    /** The one row of a query that always has one. */
    <T> T one(String sql, Reader<T> reader) throws MysqlFailure {
        return first(sql, reader).orElseThrow(() -> new MysqlFailure(Cause.Failed, 0, "no answer to " + sql));
    }

    private Statement statement() throws SQLException, MysqlFailure {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new MysqlFailure(Cause.TimedOut, 0, "the command's time is over");
        }
        connection.setNetworkTimeout(Runnable::run, (int) left);
        return connection.createStatement();
    }

    @Override
    public void close() {
        Connections.abort(connection);
    }
}
