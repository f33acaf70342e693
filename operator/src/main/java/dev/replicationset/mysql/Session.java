package dev.replicationset.mysql;

import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerView.Cause;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection for one command, with one deadline for all of its statements: whoever calls it is blocked no longer than
 * that. A statement whose answer doesn't come in time may still take effect; every command is safe to run again.
 */
final class Session implements AutoCloseable {
    private final Connection connection;
    private final long deadline;

    Session(Connection connection, Duration budget) {
        this.connection = connection;
        this.deadline = System.nanoTime() + budget.toNanos();
    }

    /** Reads one row. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    void run(String... statements) throws MysqlFailure {
        for (String sql : statements) {
            try (Statement statement = statement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw Failures.of(e);
            }
        }
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
