package dev.replicationset.mysql;

import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView.Cause;

/** What a server must be before it is changed. */
final class ServerChecks {
    private ServerChecks() {}

    static void requireServer(Session session, String serverUuid) throws MysqlFailure {
        String found = session.one("SELECT @@server_uuid", row -> row.getString(1));
        if (!found.equals(serverUuid)) {
            throw new MysqlFailure(Cause.Failed, 0, "another server answers: " + found + ", not " + serverUuid);
        }
    }

    /** On a server where clients may write, or that is only just being closed. */
    static void requireClosed(Session session, ServerAddress server) throws MysqlFailure {
        if (!readOnly(session)) {
            throw new MysqlFailure(Cause.Failed, 0, "refused: clients may write to " + server.instance());
        }
    }

    static boolean readOnly(Session session) throws MysqlFailure {
        return session.one("SELECT @@GLOBAL.read_only", row -> row.getBoolean(1));
    }
}
