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
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Errors of the thread that receives, each provoked on a real server: it must lead to its reaction, and the reaction must
 * heal it. Damaged events are in {@link DamagedStreamIT}, a volume without room in {@link FullVolumeIT}. A server can't be
 * brought to 13116, since memory would have to run out in one function, nor to 13123: of a channel that can't be read
 * MySQL 9.7 makes an error of the statement, see {@link UntrackedIT}.
 */
class IoReactionsIT {
    @RegisterExtension
    static final Pair PAIR = Pair.withGtids();

    private final TestServer primary = PAIR.primary();
    private final TestServer replica = PAIR.replica();

    @Test
    void error2003WaitsAndHealsByItself() throws MysqlFailure {
        ServerAddress source = primary.address();
        PAIR.attach(
                new ServerAddress(source.instance(), source.host(), source.adminPort(), source.clientHost(), 1),
                Pair.AUTO);
        assertThat(PAIR.awaitReaction(2003).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void aSourceThatRestartsIsFoundAgain() throws MysqlFailure {
        PAIR.attach();
        PAIR.awaitHealed();
        primary.hold();
        PAIR.awaitChannel(channel -> ReplicationReaction.to(channel).kind() == Kind.WAIT
                && channel.ioError().present());
        primary.release();
        await().atMost(Duration.ofSeconds(40)).ignoreExceptions().until(() -> {
            PAIR.openPrimary();
            return true;
        });
        PAIR.awaitHealed();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "1045  | ALTER USER repl@'%' IDENTIFIED BY 'another'",
                "1045  | DROP USER repl@'%'",
                "1862  | ALTER USER repl@'%' PASSWORD EXPIRE",
                "3118  | ALTER USER repl@'%' ACCOUNT LOCK",
                "13120 | REVOKE REPLICATION SLAVE ON *.* FROM repl@'%'"
            })
    void aRefusedAccountIsMadeAgain(int number, String there) throws MysqlFailure {
        PAIR.attach();
        PAIR.awaitHealed();
        primary.run("SET SESSION sql_log_bin=0; " + there);
        PAIR.restartIoThread();
        assertThat(PAIR.awaitReaction(number).kind()).isEqualTo(Kind.REFRESH_CREDENTIALS);

        PAIR.refreshCredentials();
        PAIR.awaitHealed();
    }

    @Test
    void error1045AfterTheSecretChanged() throws MysqlFailure {
        PAIR.attach();
        PAIR.awaitHealed();
        Accounts known = TestServer.ACCOUNTS;
        Accounts changed = new Accounts(
                known.operator(), new Accounts.Login("repl", "of the new Secret"), "%", known.root(), known.owner());
        PAIR.port().syncAccounts(primary.address(), changed);
        PAIR.restartIoThread();
        assertThat(PAIR.awaitReaction(1045).kind()).isEqualTo(Kind.REFRESH_CREDENTIALS);
        PAIR.port().refreshCredentials(replica.address(), changed, false);
        PAIR.awaitHealed();
    }

    /** What the source says to a channel without TLS depends on whether it has the password in its cache. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "1045 | DO 0",
                "2061 | FLUSH LOCAL PRIVILEGES",
                "3159 | SET GLOBAL require_secure_transport=ON; ALTER USER repl@'%' REQUIRE NONE"
            })
    void tlsIsSetAgain(int number, String there) throws MysqlFailure {
        PAIR.attach();
        PAIR.awaitHealed();
        replica.run("STOP REPLICA", "CHANGE REPLICATION SOURCE TO SOURCE_SSL=0, GET_SOURCE_PUBLIC_KEY=0");
        primary.run("SET SESSION sql_log_bin=0; " + there);
        PAIR.startReplication();
        assertThat(PAIR.awaitReaction(number).kind()).isEqualTo(Kind.REFRESH_CREDENTIALS);

        PAIR.refreshCredentials();
        PAIR.awaitHealed();
        assertThat(PAIR.channel().tls()).isTrue();
    }

    @Test
    void purgedBinaryLogsCallForACopy() throws MysqlFailure {
        primary.run("CREATE DATABASE dev", "FLUSH BINARY LOGS");
        primary.run("PURGE BINARY LOGS TO '" + PAIR.observe(primary).binlog().file() + "'");
        PAIR.attach();
        ReplicationReaction reaction = PAIR.awaitReaction(13114);
        assertThat(reaction.kind()).isEqualTo(Kind.RECLONE);
        assertThat(reaction.divergence()).isFalse();
        assertThat(reaction.advice()).contains("purged");

        PAIR.copy();
        PAIR.awaitHealed();
    }

    @Test
    void aFileThatIsGoneCallsForACopy() throws MysqlFailure {
        PAIR.attach(primary.address(), new Action.Start.At(new BinlogCoordinates("binlog.999999", 4L, "")));
        assertThat(PAIR.awaitReaction(13114).kind()).isEqualTo(Kind.RECLONE);
    }

    @Test
    void aSourceThatLostTransactionsIsLeftToAPerson() throws MysqlFailure {
        BinlogCoordinates now = PAIR.observe(primary).binlog();
        PAIR.attach(primary.address(), new Action.Start.At(new BinlogCoordinates(now.file(), 1_000_000L, "")));
        assertThat(PAIR.awaitReaction(13114).kind()).isEqualTo(Kind.ALERT);

        replica.run(
                "STOP REPLICA",
                "SET GLOBAL super_read_only=OFF",
                "SET gtid_next='" + PAIR.observe(primary).serverUuid()
                        + ":999'; BEGIN; COMMIT; SET gtid_next=AUTOMATIC");
        PAIR.attach();
        PAIR.awaitChannel(channel -> channel.ioError().message().contains("more GTIDs"));
        ReplicationReaction reaction = PAIR.awaitReaction(13114);
        assertThat(reaction.kind()).isEqualTo(Kind.ALERT);
        assertThat(reaction.advice()).contains("Compare gtid_executed");
    }

    @Test
    void error13117NamesTheIdentity() throws MysqlFailure {
        replica.run("SET GLOBAL server_id=1001");
        PAIR.attach();
        ReplicationReaction reaction = PAIR.awaitReaction(13117);
        assertThat(reaction.kind()).isEqualTo(Kind.ALERT);
        assertThat(reaction.advice()).contains("server_id");

        replica.run("SET GLOBAL server_id=1002");
        PAIR.startReplication();
        PAIR.awaitHealed();
    }

    @Test
    void error13117NamesTheModeOfGtids() throws MysqlFailure {
        primary.run("SET GLOBAL gtid_mode=ON_PERMISSIVE");
        PAIR.attach();
        ReplicationReaction reaction = PAIR.awaitReaction(13117);
        primary.run("SET GLOBAL gtid_mode=ON");
        assertThat(reaction.kind()).isEqualTo(Kind.ALERT);
        assertThat(reaction.advice()).contains("gtid_mode");

        PAIR.startReplication();
        PAIR.awaitHealed();
    }
}
