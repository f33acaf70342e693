package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.IoThread;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Locking a replica out of its primary, and letting it in again. */
class BarIT {
    private static final int ACCESS_DENIED = 1045;
    private static final String REPLICATION_PASSWORD =
            TestServer.ACCOUNTS.replication().password();

    @RegisterExtension
    static final TestServers SERVERS = TestServers.withGtids(3);

    private final TestServer primary = SERVERS.get(0);
    private final TestServer barred = SERVERS.get(1);
    private final TestServer other = SERVERS.get(2);
    private final JdbcMysqlPort port = new JdbcMysqlPort(Clock.systemUTC());

    @BeforeEach
    void openPrimary() throws MysqlFailure {
        port.open(primary.address(), TestServer.ACCOUNTS, uuid(), 0, List.of());
    }

    @AfterEach
    void endConnections() {
        port.close();
    }

    @Test
    void locksOutOneReplicaUntilItIsLetInAgain() throws MysqlFailure {
        attach(barred);
        attach(other);
        String dumpOfTheOther = dump(other);
        GtidSet executed = observe(primary).gtidExecuted();

        bar(barred);
        assertThat(dump(barred)).isEmpty();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> channel(barred).ioError().number() == ACCESS_DENIED);
        port.restartIoThread(barred.address(), barred.operator(), false);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> channel(barred).ioError().number() == ACCESS_DENIED);
        bar(barred);
        assertThat(dump(other)).isEqualTo(dumpOfTheOther);
        assertThat(observe(primary).gtidExecuted()).isEqualTo(executed);
        primary.run("CREATE DATABASE dev");
        awaitCaughtUp(other);
        assertThat(observe(barred).gtidExecuted()).isEqualTo(executed);

        executed = observe(primary).gtidExecuted();
        port.unbar(
                primary.address(), TestServer.ACCOUNTS, uuid(), barred.address().clientHost());
        assertThat(observe(primary).gtidExecuted()).isEqualTo(executed);
        awaitCaughtUp(barred);
        assertThat(channel(barred).ioThread()).isEqualTo(IoThread.Yes);
        assertThat(lockedHosts()).isEmpty();
    }

    @Test
    void endsWhatMightBecomeAReplica() throws Exception {
        // From this machine, as the server sees it.
        String here = primary.gateway();
        try (Connection client = primary.connect();
                Connection idle = primary.connect("repl", REPLICATION_PASSWORD);
                Socket loggingIn = new Socket(primary.getHost(), primary.getMappedPort(3306))) {
            awaitHandshake(loggingIn);

            bar(barred);
            assertThat(idle.isValid(1)).isTrue();
            assertThat(isOpen(loggingIn)).isTrue();

            port.bar(primary.address(), TestServer.ACCOUNTS, uuid(), here);
            assertThat(idle.isValid(1)).isFalse();
            assertThat(isOpen(loggingIn)).isFalse();
            assertThat(client.isValid(1)).isTrue();
            SQLException refused = catchThrowableOfType(
                    SQLException.class,
                    () -> primary.connect("repl", REPLICATION_PASSWORD).close());
            assertThat(refused.getErrorCode()).isEqualTo(ACCESS_DENIED);
        } finally {
            port.unbar(primary.address(), TestServer.ACCOUNTS, uuid(), here);
        }
        try (Connection again = primary.connect("repl", REPLICATION_PASSWORD)) {
            assertThat(again.isValid(1)).isTrue();
        }
    }

    @Test
    void aPromotedServerLocksOutThoseOnlyThatItIsTold() throws MysqlFailure {
        bar(barred);
        bar(other);
        assertThat(lockedHosts()).isEqualTo("2");
        port.close(primary.address(), primary.operator());
        GtidSet executed = observe(primary).gtidExecuted();

        port.promote(primary.address(), TestServer.ACCOUNTS, uuid(), 1, List.of("192.0.2.7"));
        assertThat(lockedHosts()).isEqualTo("1");
        port.promote(primary.address(), TestServer.ACCOUNTS, uuid(), 1, List.of());
        assertThat(lockedHosts()).isEmpty();
        ServerState state = observe(primary);
        assertThat(state.superReadOnly()).isTrue();
        assertThat(state.gtidExecuted()).isEqualTo(executed);
    }

    @Test
    void refusesToLockTheAccountOfAllReplicas() throws MysqlFailure {
        String address = barred.address().clientHost();
        Accounts known = TestServer.ACCOUNTS;
        Accounts narrow = new Accounts(known.operator(), known.replication(), address, known.root(), known.owner());
        port.syncAccounts(primary.address(), narrow);

        assertThatThrownBy(() -> port.bar(primary.address(), narrow, uuid(), address))
                .isInstanceOf(MysqlFailure.class)
                .hasMessageContaining("spec.replication.account.host");
        port.unbar(primary.address(), narrow, uuid(), address);
        assertThat(primary.ask(
                        "SELECT account_locked FROM mysql.user WHERE user = 'repl' AND host = '%s'".formatted(address)))
                .isEqualTo("N");
        primary.run("SET SESSION sql_log_bin=0; DROP USER repl@'%s'".formatted(address));
    }

    @Test
    void locksOutOnlyOfTheServerThatIsMeant() throws MysqlFailure {
        String address = barred.address().clientHost();
        assertThatThrownBy(() -> port.bar(primary.address(), TestServer.ACCOUNTS, "another", address))
                .isInstanceOf(MysqlFailure.class)
                .hasMessageContaining("another server answers");
        assertThat(lockedHosts()).isEmpty();
        bar(barred);
        assertThatThrownBy(() -> port.unbar(primary.address(), TestServer.ACCOUNTS, "another", address))
                .isInstanceOf(MysqlFailure.class)
                .hasMessageContaining("another server answers");
        assertThat(lockedHosts()).isEqualTo("1");
        port.unbar(primary.address(), TestServer.ACCOUNTS, uuid(), address);
    }

    private void bar(TestServer replica) throws MysqlFailure {
        port.bar(
                primary.address(),
                TestServer.ACCOUNTS,
                uuid(),
                replica.address().clientHost());
    }

    private void attach(TestServer replica) throws MysqlFailure {
        port.attach(replica.address(), TestServer.ACCOUNTS, primary.address(), Pair.AUTO, false);
        await().atMost(Duration.ofSeconds(20)).until(() -> channel(replica).running());
    }

    /** The thread of the primary that sends to this replica, or "". */
    private String dump(TestServer replica) {
        return primary.ask("SELECT processlist_id FROM performance_schema.threads"
                + " WHERE processlist_command LIKE 'Binlog Dump%' AND processlist_host = '"
                + replica.address().clientHost() + "'");
    }

    /** How many, or "". */
    private String lockedHosts() {
        return primary.ask("SELECT COUNT(*) FROM mysql.user WHERE user = 'repl' AND account_locked = 'Y'"
                + " HAVING COUNT(*) > 0");
    }

    private static void awaitHandshake(Socket socket) throws Exception {
        socket.setSoTimeout(5000);
        InputStream in = socket.getInputStream();
        int length = in.read() | in.read() << 8 | in.read() << 16;
        assertThat(in.readNBytes(length + 1)).hasSize(length + 1);
    }

    private static boolean isOpen(Socket socket) throws Exception {
        socket.setSoTimeout(300);
        try {
            while (socket.getInputStream().read() != -1) {
                // What the server says before it hangs up.
            }
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    private void awaitCaughtUp(TestServer replica) {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        observe(replica).gtidExecuted().equals(observe(primary).gtidExecuted()));
    }

    private Channel channel(TestServer replica) throws MysqlFailure {
        return observe(replica).channel().orElseThrow();
    }

    private String uuid() {
        return primary.ask("SELECT @@server_uuid");
    }

    private ServerState observe(TestServer server) throws MysqlFailure {
        return port.observe(server.address(), server.operator());
    }
}
