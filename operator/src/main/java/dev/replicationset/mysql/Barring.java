package dev.replicationset.mysql;

import static dev.replicationset.desired.AccountStatements.account;
import static dev.replicationset.desired.AccountStatements.literal;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerView.Cause;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Locks replicas out by address: a locked account of that very host comes before the replication account's wider host when
 * MySQL looks for an account. Known to this server alone: nothing of it is in the binary log.
 */
final class Barring {
    private static final int LOOKS = 10;
    private static final long PAUSE_NANOS = 20_000_000;

    private Barring() {}

    /** Afterwards that address neither is nor can be connected as a replica. */
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
        for (int look = 0; look < LOOKS; look++) {
            List<Long> dumps = dumps(session, address);
            if (dumps.isEmpty()) {
                return;
            }
            for (long id : dumps) {
                Clients.kill(session, id);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new MysqlFailure(Cause.Failed, 0, address + " is still connected as a replica");
    }

    static void unbar(Session session, Accounts accounts, String address) throws MysqlFailure {
        if (!address.equals(accounts.replicationHost())) {
            drop(session, accounts, address);
        }
    }

    /** Lets in every address that was locked out. */
    static void unbarAll(Session session, Accounts accounts) throws MysqlFailure {
        List<String> hosts = session.all(
                "SELECT host FROM mysql.user WHERE account_locked = 'Y' AND user = "
                        + literal(accounts.replication().user()) + " AND host <> "
                        + literal(accounts.replicationHost()),
                row -> row.getString(1));
        for (String host : hosts) {
            drop(session, accounts, host);
        }
    }

    private static void drop(Session session, Accounts accounts, String host) throws MysqlFailure {
        session.run(
                "SET SESSION sql_log_bin=0",
                "DROP USER IF EXISTS " + account(accounts.replication().user(), host));
    }

    private static List<Long> dumps(Session session, String address) throws MysqlFailure {
        return session.all(
                "SELECT processlist_id FROM performance_schema.threads"
                        + " WHERE processlist_command IN ('Binlog Dump', 'Binlog Dump GTID') AND processlist_host = "
                        + literal(address),
                row -> row.getLong(1));
    }
}
