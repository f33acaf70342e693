package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import java.util.Optional;

/**
 * mysqld, as far as observing and acting need it. Every call is bounded to about two seconds and ends in a value or a
 * {@link MysqlFailure}.
 */
public interface MysqlPort {
    /** One poll, with statements that can't hang behind commits which wait for acknowledgements (reference 3.3). */
    ServerState observe(ServerAddress server, Accounts.Login login) throws MysqlFailure;

    /**
     * Makes the server writable if it is the server of that UUID.
     *
     * @return the coordinates just before it was opened
     */
    BinlogCoordinates open(ServerAddress server, Accounts.Login login, String serverUuid) throws MysqlFailure;

    /** super_read_only with a bounded wait; then ends the clients' connections. */
    void close(ServerAddress server, Accounts.Login login) throws MysqlFailure;

    /** Operator's schema and first heartbeat; database and owner when given. All idempotent, all in the binary log. */
    void prepareSchema(ServerAddress primary, Accounts accounts, long epoch, Optional<String> database)
            throws MysqlFailure;

    /**
     * STOP REPLICA, RESET REPLICA ALL, CHANGE REPLICATION SOURCE TO, START REPLICA. At coordinates only where no channel
     * exists: one that was begun there before has gone on since, and would execute transactions twice.
     */
    void attach(ServerAddress replica, Accounts accounts, ServerAddress source, Action.Start start) throws MysqlFailure;

    void startReplication(ServerAddress replica, Accounts.Login login) throws MysqlFailure;

    void restartIoThread(ServerAddress replica, Accounts.Login login) throws MysqlFailure;

    /** CHANGE REPLICATION SOURCE TO user, password and TLS only; the position stays. */
    void refreshCredentials(ServerAddress replica, Accounts accounts) throws MysqlFailure;

    /** STOP REPLICA, RESET REPLICA (position by GTID, or set again to what was executed), START REPLICA. */
    void resetRelayLogs(ServerAddress replica, Accounts accounts) throws MysqlFailure;

    /** CREATE USER IF NOT EXISTS, ALTER USER, GRANT with sql_log_bin=0, also on a read-only server. */
    void syncAccounts(ServerAddress server, Accounts accounts) throws MysqlFailure;

    /**
     * Begins CLONE INSTANCE and returns when the server has accepted it; errors that come later show in
     * {@link ServerState.CloneProgress}. The statement itself goes on in a connection of its own.
     */
    void beginClone(ServerAddress recipient, Accounts accounts, ServerAddress donor) throws MysqlFailure;

    /** Writes one heartbeat row on the primary, in a connection of its own; a read-only server refuses it. */
    void heartbeat(ServerAddress primary, Accounts.Login login, long epoch) throws MysqlFailure;

    /** Forgets connections to that server. */
    void forget(ServerAddress server);
}
