package dev.replicationset.mysql;

import static org.awaitility.Awaitility.await;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ReplicationReaction;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A primary that is open and a server that is to follow it, as each test finds them. */
final class Pair implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    static final Action.Start AUTO = new Action.Start.AutoPosition();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestServers servers;
    private final boolean gtids;
    private JdbcMysqlPort port = new JdbcMysqlPort(Clock.systemUTC());
    private Action.Start start = AUTO;

    private Pair(TestServers servers, boolean gtids) {
        this.servers = servers;
        this.gtids = gtids;
    }

    static Pair withGtids() {
        return new Pair(TestServers.withGtids(2), true);
    }

    static Pair withFilePositions() {
        return new Pair(TestServers.withFilePositions(2), false);
    }

    static Pair of(TestServer primary, TestServer replica) {
        return new Pair(TestServers.of(primary, replica), true);
    }

    TestServer primary() {
        return servers.get(0);
    }

    TestServer replica() {
        return servers.get(1);
    }

    JdbcMysqlPort port() {
        return port;
    }

    // ---- what the operator does

    void openPrimary() throws MysqlFailure {
        BinlogCoordinates before = port.open(
                primary().address(), TestServer.ACCOUNTS, primary().ask("SELECT @@server_uuid"), 0, List.of());
        start = gtids ? AUTO : new Action.Start.At(before);
    }

    /** From the beginning of the primary's history. */
    void attach() throws MysqlFailure {
        attach(primary().address(), start);
    }

    void attach(ServerAddress source, Action.Start from) throws MysqlFailure {
        port.attach(replica().address(), TestServer.ACCOUNTS, source, from, false);
    }

    void startReplication() throws MysqlFailure {
        port.startReplication(replica().address(), replica().operator(), false);
    }

    void restartIoThread() throws MysqlFailure {
        port.restartIoThread(replica().address(), replica().operator(), false);
    }

    void resetRelayLogs() throws MysqlFailure {
        port.resetRelayLogs(replica().address(), TestServer.ACCOUNTS, false);
    }

    /** On both sides, as the reaction of that name does it. */
    void refreshCredentials() throws MysqlFailure {
        port.syncAccounts(primary().address(), TestServer.ACCOUNTS);
        port.refreshCredentials(replica().address(), TestServer.ACCOUNTS, false);
    }

    void copy() throws MysqlFailure {
        port.beginClone(replica().address(), TestServer.ACCOUNTS, primary().address());
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> cloning().state() == CloneProgress.State.Completed);
        start = gtids ? AUTO : new Action.Start.At(cloning().donorCoordinates().orElseThrow());
        // A server that is about to restart says so too.
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            attach();
            return true;
        });
    }

    private CloneProgress cloning() throws MysqlFailure {
        return observe(replica()).cloning().orElseThrow();
    }

    // ---- what is seen

    /** Where a replica begins that has all there is up to now. */
    Action.Start now() throws MysqlFailure {
        return gtids ? AUTO : new Action.Start.At(observe(primary()).binlog());
    }

    ServerState observe(TestServer server) throws MysqlFailure {
        return port.observe(server.address(), server.operator());
    }

    Channel channel() throws MysqlFailure {
        return observe(replica()).channel().orElseThrow();
    }

    /** Waits until a thread has stopped with that error. @return what the operator makes of it */
    ReplicationReaction awaitReaction(int number) throws MysqlFailure {
        awaitChannel(channel -> !channel.running()
                && (channel.ioError().number() == number || channel.sqlError().number() == number));
        return ReplicationReaction.to(channel());
    }

    void awaitChannel(Predicate<Channel> as) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(this::channel, as);
    }

    void awaitReplicaHas(GtidSet executed) {
        await().atMost(PATIENCE)
                .until(() -> executed.isSubsetOf(observe(replica()).gtidExecuted()));
    }

    void awaitHealed() {
        awaitHealed(PATIENCE);
    }

    /** Both threads run, without an error, and all of the primary's transactions have arrived. */
    void awaitHealed(Duration patience) {
        await().atMost(patience)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> {
                    ServerState state = observe(replica());
                    Channel channel = state.channel().orElseThrow();
                    return channel.running()
                            && ReplicationReaction.to(channel).equals(ReplicationReaction.NONE)
                            && caughtUp(state, channel, observe(primary()));
                });
    }

    private boolean caughtUp(ServerState replica, Channel channel, ServerState primary) {
        return gtids
                ? replica.gtidExecuted().equals(primary.gtidExecuted())
                : channel.executedFile().equals(primary.binlog().file())
                        && channel.executedPosition() == primary.binlog().position();
    }

    // ---- for each test anew

    @Override
    public void beforeAll(ExtensionContext context) {
        servers.beforeAll(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws MysqlFailure {
        port = new JdbcMysqlPort(Clock.systemUTC());
        servers.beforeEach(context);
        openPrimary();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        port.close();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        servers.afterAll(context);
    }
}
