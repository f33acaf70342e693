package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * mysqld, as far as observing and acting need it. Every call is bounded to about two seconds and ends in a value or a
 * {@link MysqlFailure}.
 */
public interface MysqlPort {
    /**
     * This port, for commands that rest on what was seen before: what they send has no effect after that time, by the
     * operator's clock, however long the operator or the packets are held up on the way.
     */
    MysqlPort until(Instant end);

    /** One poll, with statements that can't hang behind commits which wait for acknowledgements (reference 3.3). */
    ServerState observe(ServerAddress server, Accounts.Login login) throws MysqlFailure;

    /**
     * Makes the server writable if it is the server of that UUID, with commits that wait for {@code acks} replicas and
     * these addresses locked out and no others. Fails while anything is received and not applied.
     *
     * @param acks set before it is opened; 0 for none
     * @return the coordinates just before it was opened
     */
    BinlogCoordinates open(
            ServerAddress server, Accounts accounts, String serverUuid, int acks, Collection<String> barred)
            throws MysqlFailure;

    /** Sets for how many replicas commits wait on the server of that UUID; 0 ends waiting (reference 3.3). */
    void awaitAcks(ServerAddress primary, Accounts.Login login, String serverUuid, int acks) throws MysqlFailure;

    /** Sets whether the replica acknowledges, and restarts its IO thread if that runs: the setting is read at its start. */
    void acknowledge(ServerAddress replica, Accounts.Login login, boolean on) throws MysqlFailure;

    /**
     * Locks the replication account for one address on this server alone, nothing in the binary log, and ends the dump
     * threads of that address; fails while one is left.
     */
    void bar(ServerAddress primary, Accounts accounts, String serverUuid, String address) throws MysqlFailure;

    /** Undoes {@link #bar}. */
    void unbar(ServerAddress primary, Accounts accounts, String serverUuid, String address) throws MysqlFailure;

    /** STOP REPLICA IO_THREAD, and no acknowledgement at its next start. Does nothing where no channel exists. */
    void stopReceiving(ServerAddress replica, Accounts.Login login) throws MysqlFailure;

    /** START REPLICA SQL_THREAD. */
    void startApplying(ServerAddress replica, Accounts.Login login) throws MysqlFailure;

    /**
     * On a closed server of that UUID whose relay log is applied: locks out these addresses and no others, removes the
     * channel, and sets for how many replicas commits will wait. Fails while anything is received and not applied.
     */
    void promote(ServerAddress server, Accounts accounts, String serverUuid, int acks, Collection<String> barred)
            throws MysqlFailure;

    /**
     * super_read_only with a bounded wait; then ends the clients' connections. When commits that wait for acknowledgements
     * hold it up it fails, and leaves nothing behind that could take effect later.
     */
    void close(ServerAddress server, Accounts.Login login) throws MysqlFailure;

    /** Operator's schema and first heartbeat; database and owner when given. All idempotent, all in the binary log. */
    void prepareSchema(ServerAddress primary, Accounts accounts, long epoch, Optional<String> database)
            throws MysqlFailure;

    /**
     * STOP REPLICA, RESET REPLICA ALL, CHANGE REPLICATION SOURCE TO, START REPLICA. At coordinates only where no channel
     * exists: one that was begun there before has gone on since, and would execute transactions twice.
     */
    void attach(
            ServerAddress replica, Accounts accounts, ServerAddress source, Action.Start start, boolean acknowledges)
            throws MysqlFailure;

    // What follows starts an IO thread, which acknowledges or not.

    void startReplication(ServerAddress replica, Accounts.Login login, boolean acknowledges) throws MysqlFailure;

    void restartIoThread(ServerAddress replica, Accounts.Login login, boolean acknowledges) throws MysqlFailure;

    /** CHANGE REPLICATION SOURCE TO user, password and TLS only; the position stays. */
    void refreshCredentials(ServerAddress replica, Accounts accounts, boolean acknowledges) throws MysqlFailure;

    /** STOP REPLICA, RESET REPLICA (position by GTID, or set again to what was executed), START REPLICA. */
    void resetRelayLogs(ServerAddress replica, Accounts accounts, boolean acknowledges) throws MysqlFailure;

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
