package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ReplicationReaction;
import dev.replicationset.topology.ReplicationReaction.Kind;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each error is provoked on a real server: it must lead to its reaction, and the reaction must heal it. */
class ReactionsIT {
    @RegisterExtension
    static final TestServers SERVERS = TestServers.withGtids(2);

    private static final Action.Start AUTO = new Action.Start.AutoPosition();

    private final TestServer primary = SERVERS.get(0);
    private final TestServer replica = SERVERS.get(1);
    private final JdbcMysqlPort port = new JdbcMysqlPort();

    @BeforeEach
    void openPrimary() throws MysqlFailure {
        port.open(primary.address(), primary.operator(), primary.ask("SELECT @@server_uuid"));
    }

    @AfterEach
    void endConnections() {
        port.close();
    }

    @Test
    void error2003WaitsAndHealsByItself() throws MysqlFailure {
        ServerAddress source = primary.address();
        attach(new ServerAddress(source.instance(), source.host(), source.adminPort(), source.clientHost(), 1), AUTO);
        assertThat(awaitReaction(2003).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void aSourceThatRestartsIsFoundAgain() throws MysqlFailure {
        attach(primary.address(), AUTO);
        awaitHealed();
        primary.hold();
        awaitChannel(channel -> ReplicationReaction.to(channel).kind() == Kind.WAIT
                && channel.ioError().present());
        primary.release();
        await().atMost(Duration.ofSeconds(40)).ignoreExceptions().until(() -> {
            openPrimary();
            return true;
        });
        awaitHealed();
    }

    @Test
    void error1045SyncsAccountsAndRefreshesTheChannel() throws MysqlFailure {
        attach(primary.address(), AUTO);
        awaitHealed();
        primary.run("SET SESSION sql_log_bin=0; ALTER USER repl@'%' IDENTIFIED BY 'another'");
        port.restartIoThread(replica.address(), replica.operator());
        assertThat(awaitReaction(1045).kind()).isEqualTo(Kind.REFRESH_CREDENTIALS);

        port.syncAccounts(primary.address(), TestServer.ACCOUNTS);
        port.refreshCredentials(replica.address(), TestServer.ACCOUNTS);
        awaitHealed();
    }

    @Test
    void error1045AfterTheSecretChanged() throws MysqlFailure {
        attach(primary.address(), AUTO);
        awaitHealed();
        Accounts known = TestServer.ACCOUNTS;
        Accounts changed = new Accounts(
                known.operator(), new Accounts.Login("repl", "of the new Secret"), "%", known.root(), known.owner());
        port.syncAccounts(primary.address(), changed);
        port.restartIoThread(replica.address(), replica.operator());
        assertThat(awaitReaction(1045).kind()).isEqualTo(Kind.REFRESH_CREDENTIALS);
        port.refreshCredentials(replica.address(), changed);
        awaitHealed();
    }

    @Test
    void error2061SetsTlsAgain() throws MysqlFailure {
        attach(primary.address(), AUTO);
        awaitHealed();
        replica.run("STOP REPLICA", "CHANGE REPLICATION SOURCE TO SOURCE_SSL=0, GET_SOURCE_PUBLIC_KEY=0");
        primary.run("FLUSH LOCAL PRIVILEGES");
        port.startReplication(replica.address(), replica.operator());
        assertThat(awaitReaction(2061).kind()).isEqualTo(Kind.REFRESH_CREDENTIALS);

        port.refreshCredentials(replica.address(), TestServer.ACCOUNTS);
        awaitHealed();
        assertThat(observe(replica).channel().orElseThrow().tls()).isTrue();
    }

    @Test
    void purgedBinaryLogsCallForACopy() throws MysqlFailure {
        primary.run("CREATE DATABASE dev", "FLUSH BINARY LOGS");
        primary.run("PURGE BINARY LOGS TO '" + observe(primary).binlog().file() + "'");
        attach(primary.address(), AUTO);
        ReplicationReaction reaction = awaitReaction(13114);
        assertThat(reaction.kind()).isEqualTo(Kind.RECLONE);
        assertThat(reaction.divergence()).isFalse();
        assertThat(reaction.advice()).contains("purged");

        healByCopy();
    }

    @Test
    void aFileThatIsGoneCallsForACopy() throws MysqlFailure {
        attach(primary.address(), new Action.Start.At(new BinlogCoordinates("binlog.999999", 4L, "")));
        assertThat(awaitReaction(13114).kind()).isEqualTo(Kind.RECLONE);
    }

    @Test
    void aSourceThatLostTransactionsIsLeftToAPerson() throws MysqlFailure {
        BinlogCoordinates now = observe(primary).binlog();
        attach(primary.address(), new Action.Start.At(new BinlogCoordinates(now.file(), 1_000_000L, "")));
        assertThat(awaitReaction(13114).kind()).isEqualTo(Kind.ALERT);

        replica.run(
                "STOP REPLICA",
                "SET GLOBAL super_read_only=OFF",
                "SET gtid_next='" + observe(primary).serverUuid() + ":999'; BEGIN; COMMIT; SET gtid_next=AUTOMATIC");
        attach(primary.address(), AUTO);
        awaitChannel(channel -> channel.ioError().message().contains("more GTIDs"));
        ReplicationReaction reaction = awaitReaction(13114);
        assertThat(reaction.kind()).isEqualTo(Kind.ALERT);
        assertThat(reaction.advice()).contains("Compare gtid_executed");
    }

    @Test
    void error13117NamesTheIdentity() throws MysqlFailure {
        replica.run("SET GLOBAL server_id=1001");
        attach(primary.address(), AUTO);
        ReplicationReaction reaction = awaitReaction(13117);
        assertThat(reaction.kind()).isEqualTo(Kind.ALERT);
        assertThat(reaction.advice()).contains("server_id");

        replica.run("SET GLOBAL server_id=1002");
        port.startReplication(replica.address(), replica.operator());
        awaitHealed();
    }

    @Test
    void error13121FetchesRelayLogsAgain() throws MysqlFailure {
        primary.run("CREATE DATABASE dev", "CREATE TABLE dev.t (id INT PRIMARY KEY, pad TEXT)");
        attach(primary.address(), AUTO);
        awaitHealed();
        replica.run("STOP REPLICA SQL_THREAD");
        primary.run("INSERT INTO dev.t VALUES (1, REPEAT('x', 4000)), (2, REPEAT('y', 4000))");
        awaitChannel(channel -> channel.retrieved().count() == 3);
        replica.run("STOP REPLICA");
        String file = replica.ask("SELECT relay_log_name FROM mysql.slave_relay_log_info")
                .replace("./", "");
        replica.shell("cd /var/lib/mysql/data; f=$(ls relay.0* | tail -1); s=$(stat -c %s $f);"
                + " head -c 2000 /dev/urandom | dd of=$f bs=1 seek=$((s - 4000)) conv=notrunc; echo " + file);
        replica.run("START REPLICA SQL_THREAD");
        assertThat(awaitReaction(13121).kind()).isEqualTo(Kind.RESET_RELAY_LOGS);

        port.resetRelayLogs(replica.address(), TestServer.ACCOUNTS);
        awaitHealed();
        assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("2");
    }

    @ParameterizedTest(name = "{0}: {1} here, {2} there")
    @CsvSource(
            delimiter = '|',
            value = {
                "1062 | INSERT INTO dev.t VALUES (7, 'here')       | INSERT INTO dev.t VALUES (7, 'there')",
                "1032 | DELETE FROM dev.t WHERE id = 1             | UPDATE dev.t SET v = 'there' WHERE id = 1",
                "1146 | DROP TABLE dev.t                           | INSERT INTO dev.t VALUES (2, 'there')",
                "1050 | CREATE TABLE dev.u (id INT PRIMARY KEY)    | CREATE TABLE dev.u (id INT PRIMARY KEY)",
                "1051 | DROP TABLE dev.t                           | DROP TABLE dev.t",
                "1049 | DROP DATABASE dev                          | CREATE TABLE dev.u (id INT PRIMARY KEY)",
                "1007 | CREATE DATABASE dev2                       | CREATE DATABASE dev2",
                "1008 | DROP DATABASE dev                          | DROP DATABASE dev",
                "1396 | CREATE USER app                            | CREATE USER app"
            })
    void divergenceCallsForACopy(int number, String here, String there) throws MysqlFailure {
        primary.run(
                "CREATE DATABASE dev",
                "CREATE TABLE dev.t (id INT PRIMARY KEY, v TEXT)",
                "INSERT INTO dev.t VALUES (1, '')");
        attach(primary.address(), AUTO);
        awaitHealed();
        replica.run("SET GLOBAL super_read_only=OFF; SET SESSION sql_log_bin=0; " + here);
        primary.run(there);

        ReplicationReaction reaction = awaitReaction(number);
        assertThat(reaction.kind()).isEqualTo(Kind.RECLONE);
        assertThat(reaction.divergence()).isTrue();
        if (number == 1062) {
            healByCopy();
            assertThat(replica.ask("SELECT v FROM dev.t WHERE id = 7")).isEqualTo("there");
        }
    }

    @Test
    void error1205StartsAgain() throws Exception {
        primary.run(
                "CREATE DATABASE dev",
                "CREATE TABLE dev.t (id INT PRIMARY KEY, v TEXT)",
                "INSERT INTO dev.t VALUES (1, '')");
        replica.run("SET GLOBAL innodb_lock_wait_timeout=1");
        attach(primary.address(), AUTO);
        awaitHealed();
        try (Connection client = replica.connect();
                Statement statement = client.createStatement()) {
            statement.execute("SET GLOBAL super_read_only=OFF");
            statement.execute("BEGIN");
            statement.execute("SELECT * FROM dev.t FOR UPDATE");
            primary.run("UPDATE dev.t SET v = 'there'");
            assertThat(awaitReaction(1205).kind()).isEqualTo(Kind.START);
        }
        port.startReplication(replica.address(), replica.operator());
        awaitHealed();
        assertThat(replica.ask("SELECT v FROM dev.t")).isEqualTo("there");
    }

    private void healByCopy() throws MysqlFailure {
        port.beginClone(replica.address(), TestServer.ACCOUNTS, primary.address());
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> observe(replica).cloning().orElseThrow().state() == CloneProgress.State.Completed);
        attach(primary.address(), AUTO);
        awaitHealed();
    }

    private void attach(ServerAddress source, Action.Start start) throws MysqlFailure {
        port.attach(replica.address(), TestServer.ACCOUNTS, source, start);
    }

    private ReplicationReaction awaitReaction(int number) throws MysqlFailure {
        awaitChannel(channel -> !channel.running()
                && (channel.ioError().number() == number || channel.sqlError().number() == number));
        return ReplicationReaction.to(observe(replica).channel().orElseThrow());
    }

    private void awaitChannel(Predicate<Channel> as) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> observe(replica).channel().orElseThrow(), as);
    }

    /** Both threads run, and all of the primary's transactions have arrived. */
    private void awaitHealed() {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> {
                    ServerState state = observe(replica);
                    return state.channel().orElseThrow().running()
                            && ReplicationReaction.to(state.channel().get()).equals(ReplicationReaction.NONE)
                            && state.gtidExecuted().equals(observe(primary).gtidExecuted());
                });
    }

    private ServerState observe(TestServer server) throws MysqlFailure {
        return port.observe(server.address(), server.operator());
    }
}
