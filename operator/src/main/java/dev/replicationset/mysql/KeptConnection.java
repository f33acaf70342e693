package dev.replicationset.mysql;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.MysqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is kept between calls: opened when it is needed, given up when anything goes wrong in it or the
 * login changes. One call at a time.
 *
 * @param <S> what is held about the connection
 */
final class KeptConnection<S> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Opener<S> opener;
    private volatile @Nullable Connection connection;
    private volatile boolean forgotten;
    private @Nullable S held;
    private Accounts.@Nullable Login login;

    /** Opens the connection. */
    interface Opener<S> {
        Connection open(Accounts.Login login) throws MysqlFailure;

        S prepare(Connection connection) throws SQLException;
    }

    interface Work<S, T> {
        T with(S held) throws SQLException;
    }

    KeptConnection(Opener<S> opener) {
        this.opener = opener;
    }

    <T> T use(Accounts.Login as, Work<S, T> work) throws MysqlFailure {
        lock.lock();
        try {
            S ready = ready(as);
            try {
                return work.with(ready);
            } catch (SQLException e) {
                drop();
                throw Failures.of(e);
            } catch (RuntimeException | Error e) {
                drop();
                throw e;
            }
        } finally {
            if (forgotten) {
                drop();
            }
            lock.unlock();
        }
    }

    private S ready(Accounts.Login as) throws MysqlFailure {
        if (held != null && as.equals(login)) {
            return held;
        }
        drop();
        connection = opener.open(as);
        try {
            S prepared = opener.prepare(connection);
            held = prepared;
            login = as;
            return prepared;
        } catch (SQLException e) {
            drop();
            throw Failures.of(e);
        }
    }

    /** Ends the connection, also under the feet of a call that is waiting for an answer. */
    void forget() {
        forgotten = true;
        abort(connection);
    }

    private void drop() {
        abort(connection);
        connection = null;
        held = null;
        login = null;
    }

    private static void abort(@Nullable Connection connection) {
        if (connection != null) {
            Connections.abort(connection);
        }
    }
}
