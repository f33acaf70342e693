package dev.replicationset.mysql;

import static dev.replicationset.desired.AccountStatements.literal;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.MysqlFailure;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The connections of clients: all but the server's own threads, replicas and the operator. */
final class Clients {
    private static final int NO_SUCH_THREAD = 1094;
    private static final int LOOKS = 10;
    private static final long PAUSE_NANOS = 20_000_000;

    private Clients() {}

    /** Ends them, so that a pool notices that this server no longer takes writes. */
    static void end(Session session, Accounts.Login operator) throws MysqlFailure {
        List<Long> ids = session.all(
                "SELECT processlist_id FROM performance_schema.threads WHERE type = 'FOREGROUND'"
                        + " AND processlist_id IS NOT NULL AND processlist_id <> CONNECTION_ID()"
                        + " AND processlist_command NOT IN ('Daemon', 'Binlog Dump', 'Binlog Dump GTID')"
                        + " AND name LIKE '%/one_connection' AND processlist_user <> " + literal(operator.user()),
                row -> row.getLong(1));
        for (long id : ids) {
            kill(session, id);
        }
    }

    /**
     * Ends connections until none is left: one that was killed goes on for as long as it takes it to notice.
     *
     * @param question asks for their ids
     * @return whether the last one went soon
     */
    static boolean endAll(Session session, String question) throws MysqlFailure {
        for (int look = 0; look < LOOKS; look++) {
            List<Long> ids = session.all(question, row -> row.getLong(1));
            if (ids.isEmpty()) {
                return true;
            }
            for (long id : ids) {
                kill(session, id);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return false;
    }

    /** Ends one connection, whosever it is; one that is gone is fine. */
    private static void kill(Session session, long id) throws MysqlFailure {
        try {
            session.run("KILL " + id);
        } catch (MysqlFailure e) {
            // It went by itself.
            if (e.errorNumber() != NO_SUCH_THREAD) {
                throw e;
            }
        }
    }
}
