package dev.replicationset.mysql;

import static dev.replicationset.desired.AccountStatements.account;
import static dev.replicationset.desired.AccountStatements.literal;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerView.Cause;
import java.util.Collection;
import java.util.Set;

/**
 * Locks replicas out by address: a locked account of that very host comes before the replication account's wider host when
 * MySQL looks for an account. Known to this server alone: nothing of it is in the binary log.
 */
final class Barring {
    private Barring() {}

    /** Afterwards that address neither is nor can be connected with the replication account, nor as a replica at all. */
    static void bar(Session session, Accounts accounts, String address) throws MysqlFailure {
        if (address.equals(accounts.replicationHost())) {
            throw new MysqlFailure(
                    Cause.Failed,
                    0,
                    "refused: spec.replication.account.host is the address of the replica that is to be locked out");
        }
        String locked = account(accounts.replication().user(), address);
        session.run(
                "SET SESSION sql_log_bin=0",
                "CREATE USER IF NOT EXISTS " + locked + " IDENTIFIED BY RANDOM PASSWORD ACCOUNT LOCK",
                "ALTER USER " + locked + " ACCOUNT LOCK");
        long newest = session.one("SELECT MAX(processlist_id) FROM performance_schema.threads", row -> row.getLong(1));
        if (!Clients.endAll(session, connected(accounts.replication().user(), address, newest))) {
            throw new MysqlFailure(Cause.Failed, 0, address + " is still connected as a replica");
        }
    }

    static void unbar(Session session, Accounts accounts, String address) throws MysqlFailure {
        if (!address.equals(accounts.replicationHost())) {
            drop(session, accounts, address);
        }
    }

    /** Locks out these addresses, and lets in every other one. */
    static void barOnly(Session session, Accounts accounts, Collection<String> addresses) throws MysqlFailure {
        for (String address : addresses) {
            bar(session, accounts, address);
        }
        for (String host : locked(session, accounts)) {
            if (!addresses.contains(host)) {
                drop(session, accounts, host);
            }
        }
    }

    /** The addresses that are locked out. */
    static Set<String> locked(Session session, Accounts accounts) throws MysqlFailure {
        return Set.copyOf(session.all(
                "SELECT host FROM mysql.user WHERE account_locked = 'Y' AND user = "
                        + literal(accounts.replication().user()) + " AND host <> "
                        + literal(accounts.replicationHost()),
                row -> row.getString(1)));
    }

    private static void drop(Session session, Accounts accounts, String host) throws MysqlFailure {
        session.run(
                "SET SESSION sql_log_bin=0",
                "DROP USER IF EXISTS " + account(accounts.replication().user(), host));
    }

    /**
     * Those that came in before the account was locked and are replicas or might become one: whoever has logged in may
     * ask for the binary log at any time, and whoever is about to log in has perhaps found the account unlocked. The
     * latter have neither user nor host yet, and an address only where sockets are instrumented.
     *
     * @param newest the newest connection when the account was locked
     */
    private static String connected(String user, String address, long newest) {
        return """
                SELECT t.processlist_id FROM performance_schema.threads t
                  LEFT JOIN performance_schema.socket_instances s ON s.thread_id = t.thread_id
                  WHERE t.name LIKE '%%one_connection' AND t.processlist_id <> CONNECTION_ID() AND (
                    t.processlist_host = %1$s AND (t.processlist_user = %2$s
                      OR t.processlist_command IN ('Binlog Dump', 'Binlog Dump GTID'))
                    OR t.processlist_user IS NULL AND t.processlist_id <= %3$d
                      AND (s.ip IS NULL OR s.ip IN (%1$s, CONCAT('::ffff:', %1$s))))""".formatted(literal(address), literal(user), newest);
    }
}
