package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Opening, closing and preparing a primary, and its accounts. */
class PrimaryIT {
    @RegisterExtension
    static final TestServers SERVERS = TestServers.withGtids(1);

    private final TestServer server = SERVERS.get(0);
    private final JdbcMysqlPort port = new JdbcMysqlPort(Clock.systemUTC());

    @AfterEach
    void endConnections() {
        port.close();
    }

    @Test
    void opensOnlyTheServerThatIsMeant() throws MysqlFailure {
        assertThatThrownBy(() -> port.open(server.address(), TestServer.ACCOUNTS, "another", 0, List.of()))
                .isInstanceOf(MysqlFailure.class)
                .hasMessageContaining("another server answers");
        assertThat(observe().writable()).isFalse();

        BinlogCoordinates before = observe().binlog();
        assertThat(open()).isEqualTo(before);
        assertThat(observe().writable()).isTrue();

        server.run("CREATE DATABASE dev");
        assertThat(open()).isEqualTo(observe().binlog()).isNotEqualTo(before);
    }

    @Test
    void aPrimaryFollowsNobody() throws MysqlFailure {
        port.attach(server.address(), TestServer.ACCOUNTS, nobody(), new Action.Start.AutoPosition(), false);
        assertThat(observe().channel()).isPresent();
        open();
        assertThat(observe().channel()).isEmpty();
    }

    @Test
    void closingEndsClients() throws Exception {
        open();
        server.run("CREATE DATABASE dev", "CREATE TABLE dev.t (id INT PRIMARY KEY)");
        try (Connection client = server.connect()) {
            assertThat(client.isValid(1)).isTrue();
            observe();
            port.close(server.address(), server.operator());
            assertThat(client.isValid(1)).isFalse();
        }
        assertThat(observe().superReadOnly()).isTrue();
        assertThatThrownBy(() -> server.run("INSERT INTO dev.t VALUES (1)"))
                .hasRootCauseMessage(
                        "The MySQL server is running with the --super-read-only option so it cannot execute this statement");
        port.close(server.address(), server.operator());
    }

    @Test
    void closingGivesUpWhileAStatementWrites() throws Exception {
        open();
        server.run("CREATE DATABASE dev", "CREATE TABLE dev.t (id INT PRIMARY KEY)");
        try (Connection writer = server.connect();
                Statement statement = writer.createStatement()) {
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                try {
                    statement.execute("INSERT INTO dev.t SELECT SLEEP(4)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> !server.ask(
                            "SELECT id FROM performance_schema.processlist WHERE info LIKE '%SLEEP(4)' AND id <> CONNECTION_ID()")
                    .isEmpty());
            MysqlFailure failure =
                    catchThrowableOfType(MysqlFailure.class, () -> port.close(server.address(), server.operator()));
            assertThat(failure.errorNumber()).isEqualTo(1205);
            assertThat(failure).hasMessageContaining("waiting for running statements");
            assertThat(observe().superReadOnly()).isFalse();
            written.get();
            // Nothing that was asked for takes effect later.
            assertThat(observe().writable()).isTrue();
        }
    }

    @Test
    void preparesOnceAndWritesNothingTheSecondTime() throws Exception {
        open();
        prepare(TestServer.ACCOUNTS, 3);
        Login owner = TestServer.ACCOUNTS.owner().orElseThrow();
        try (Connection client = server.connect(owner.user(), owner.password());
                Statement statement = client.createStatement()) {
            statement.execute("CREATE TABLE app_db.t (id INT PRIMARY KEY)");
            assertThatThrownBy(() -> statement.execute("CREATE DATABASE appxdb"))
                    .isInstanceOf(SQLException.class);
        }
        long before = observe().gtidExecuted().count();
        prepare(TestServer.ACCOUNTS, 3);
        // The heartbeat alone.
        assertThat(observe().gtidExecuted().count()).isEqualTo(before + 1);

        Accounts changed = withOwner(new Login(owner.user(), "another"));
        prepare(changed, 3);
        assertThat(server.connect(owner.user(), "another").isValid(1)).isTrue();
        assertThatThrownBy(() -> server.connect(owner.user(), owner.password())).isInstanceOf(SQLException.class);
    }

    @Test
    void aLateLeaderCantWriteItsHeartbeat() throws MysqlFailure {
        open();
        prepare(TestServer.ACCOUNTS, 3);
        port.heartbeat(server.address(), server.operator(), 4);
        ServerState before = observe();
        assertThat(before.heartbeat())
                .hasValueSatisfying(beat -> assertThat(beat.epoch()).isEqualTo(4));

        assertThatThrownBy(() -> port.heartbeat(server.address(), server.operator(), 3))
                .isInstanceOf(MysqlFailure.class)
                .hasMessageContaining("epoch 3 is over");
        assertThat(observe().heartbeat()).isEqualTo(before.heartbeat());
        assertThat(observe().gtidExecuted()).isEqualTo(before.gtidExecuted());

        port.heartbeat(server.address(), server.operator(), 4);
        assertThat(observe().heartbeat().orElseThrow().at())
                .isAfter(before.heartbeat().orElseThrow().at());
    }

    @Test
    void aClosedServerRefusesTheHeartbeat() throws MysqlFailure {
        open();
        prepare(TestServer.ACCOUNTS, 3);
        port.close(server.address(), server.operator());
        MysqlFailure failure =
                catchThrowableOfType(MysqlFailure.class, () -> port.heartbeat(server.address(), server.operator(), 3));
        assertThat(failure.errorNumber()).isEqualTo(1290);
    }

    @Test
    void syncsAccountsOfAClosedServerWithoutATrace() throws Exception {
        Accounts changed = new Accounts(
                server.operator(), new Login("repl", "new'\\"), "172.%", new Login("root", "new"), Optional.empty());
        port.syncAccounts(server.address(), changed);
        assertThat(observe().superReadOnly()).isTrue();
        assertThat(observe().gtidExecuted().isEmpty()).isTrue();
        assertThat(server.connect("repl", "new'\\").isValid(1)).isTrue();
        assertThat(server.ask("SELECT ssl_type FROM mysql.user WHERE user = 'repl' AND host = '172.%'"))
                .isEqualTo("ANY");
        port.syncAccounts(server.address(), changed);
        server.run("SET GLOBAL super_read_only=OFF; SET SESSION sql_log_bin=0; DROP USER repl@'172.%'");
    }

    @Test
    void syncsAccountsOfAnOpenServerWithoutATrace() throws Exception {
        open();
        server.run("SET SESSION sql_log_bin=0; DROP USER repl@'%'");
        port.syncAccounts(server.address(), TestServer.ACCOUNTS);
        assertThat(observe().writable()).isTrue();
        assertThat(observe().gtidExecuted().isEmpty()).isTrue();
        assertThat(server.connect("repl", TestServer.ACCOUNTS.replication().password())
                        .isValid(1))
                .isTrue();
    }

    @Test
    void aRestartHealsLostPasswords() throws Exception {
        String position = server.ask("SELECT @@gtid_executed");
        Accounts changed = new Accounts(
                new Login("replicationset", "an'other"),
                new Login("repl", "an'other2"),
                "%",
                new Login("root", "an'other3"),
                Optional.empty());
        server.setAccounts(changed);
        server.kill();
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> port.observe(server.address(), changed.operator()).superReadOnly());
        assertThat(server.ask("SELECT @@gtid_executed")).isEqualTo(position);
        assertThat(server.connect("repl", "an'other2").isValid(1)).isTrue();
        assertThat(server.askAll(
                        "SELECT CONCAT(user, '@', host) FROM mysql.user WHERE user NOT LIKE 'mysql.%' ORDER BY user"))
                .containsExactly("repl@%", "replicationset@%", "root@localhost", "tester@%");
        server.setAccounts(TestServer.ACCOUNTS);
    }

    private BinlogCoordinates open() throws MysqlFailure {
        return port.open(server.address(), TestServer.ACCOUNTS, server.ask("SELECT @@server_uuid"), 0, List.of());
    }

    private void prepare(Accounts accounts, long epoch) throws MysqlFailure {
        port.prepareSchema(server.address(), accounts, epoch, Optional.of(TestServer.DATABASE));
    }

    private static Accounts withOwner(Login owner) {
        Accounts known = TestServer.ACCOUNTS;
        return new Accounts(
                known.operator(), known.replication(), known.replicationHost(), known.root(), Optional.of(owner));
    }

    private static ServerAddress nobody() {
        return new ServerAddress("orders-9", "127.0.0.1", 1, "127.0.0.1", 1);
    }

    private ServerState observe() throws MysqlFailure {
        return port.observe(server.address(), server.operator());
    }
}
