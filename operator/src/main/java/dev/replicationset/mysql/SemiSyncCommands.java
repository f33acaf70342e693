package dev.replicationset.mysql;

import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerView.Cause;

/**
 * The statements of semi-synchronous replication, on either side (reference 3.1, 3.3). A server without the plugins takes
 * those alone that turn something off, which it has not.
 */
final class SemiSyncCommands {
    /** Of {@code rpl_semi_sync_source_timeout}: 49 days, in milliseconds. */
    private static final long ENDLESS = 4_294_967_295L;

    private static final String VALUES = """
            SELECT variable_value FROM performance_schema.%s WHERE variable_name = '%s'""";

    private SemiSyncCommands() {}

    /**
     * Sets for how many replicas commits wait. The count comes first: between the two no commit waits for fewer than it
     * did. Turning the source side off answers those that wait.
     */
    static void await(Session session, int acks) throws MysqlFailure {
        if (acks > 0) {
            session.run(
                    "SET GLOBAL rpl_semi_sync_source_timeout=" + ENDLESS,
                    "SET GLOBAL rpl_semi_sync_source_wait_for_replica_count=" + acks,
                    "SET GLOBAL rpl_semi_sync_source_enabled=ON");
        } else {
            sourceOff(session);
        }
    }

    /** Ends waiting on a server that is closed; refuses while commits wait there, since they would be answered. */
    static void retire(Session session) throws MysqlFailure {
        if (waiting(session) > 0) {
            throw new MysqlFailure(
                    Cause.Failed, 0, "refused: commits wait for acknowledgements here, and would be answered");
        }
        sourceOff(session);
    }

    private static void sourceOff(Session session) throws MysqlFailure {
        if (on(session, "global_variables", "rpl_semi_sync_source_enabled")) {
            session.run("SET GLOBAL rpl_semi_sync_source_enabled=OFF");
        }
    }

    /** From the next start of the IO thread on. */
    static void acknowledge(Session session, boolean on) throws MysqlFailure {
        if (on) {
            session.run("SET GLOBAL rpl_semi_sync_replica_enabled=ON");
        } else if (on(session, "global_variables", "rpl_semi_sync_replica_enabled")) {
            session.run("SET GLOBAL rpl_semi_sync_replica_enabled=OFF");
        }
    }

    /** Whether the IO thread acknowledges as it runs now. */
    static boolean acknowledges(Session session) throws MysqlFailure {
        return on(session, "global_status", "Rpl_semi_sync_replica_status");
    }

    private static int waiting(Session session) throws MysqlFailure {
        return session.first(
                        VALUES.formatted("global_status", "Rpl_semi_sync_source_wait_sessions"), row -> row.getInt(1))
                .orElse(0);
    }

    private static boolean on(Session session, String table, String name) throws MysqlFailure {
        return session.first(VALUES.formatted(table, name), row -> row.getString(1))
                .filter("ON"::equals)
                .isPresent();
    }
}
