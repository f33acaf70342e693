package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ReplicationReaction;
import dev.replicationset.topology.ReplicationReaction.Kind;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relay logs that can't be read, and a server that has lost track of its channel. */
class UntrackedIT {
    private static final String AT_REST = "STOP REPLICA; SET GLOBAL super_read_only=OFF; SET SESSION sql_log_bin=0; ";

    @Nested
    class Gtid extends Cases {
        @RegisterExtension
        static final Pair PAIR = Pair.withGtids();

        Gtid() {
            super(PAIR, true);
        }

        /** The channel isn't there after the next start, and is made again. */
        @Test
        void aChannelThatIsForgottenIsAttachedAnew() throws MysqlFailure {
            replica.run(AT_REST + "DELETE FROM mysql.slave_master_info");
            restart();
            assertThat(pair.observe(replica).channel()).isEmpty();
            pair.attach();
            pair.awaitHealed();
        }

        /** It goes on, though not by GTIDs and with nobody's login. */
        @Test
        void aChannelThatForgotHowItPositionsIsAttachedAnew() throws MysqlFailure {
            replica.run(AT_REST + "UPDATE mysql.slave_master_info SET Number_of_lines=3");
            restart();
            assertThat(pair.channel().autoPosition()).isFalse();
            pair.attach();
            pair.awaitHealed();
        }

        /** Not even CHANGE REPLICATION SOURCE is possible without the table: a copy brings it along. */
        @ParameterizedTest
        @ValueSource(strings = {"slave_master_info", "slave_relay_log_info"})
        void aServerThatCantHaveAChannelIsCopied(String table) throws MysqlFailure {
            replica.run(AT_REST + "DROP TABLE mysql." + table);
            restart();
            assertThat(pair.observe(replica).channel()).isEmpty();
            assertThat(error(() -> pair.attach())).isEqualTo(1794);
            assertThat(ReplicationReaction.channelsBroken(1794)).isTrue();
            pair.copy();
            pair.awaitHealed();
        }

        @Test
        void aServerWithoutTheTableOfWorkersIsCopied() throws MysqlFailure {
            replica.run(AT_REST + "DROP TABLE mysql.slave_worker_info");
            restart();
            pair.startReplication();
            assertThat(pair.awaitReaction(13117).kind()).isEqualTo(Kind.ATTACH_ANEW);
            assertThat(error(() -> pair.attach())).isEqualTo(1146);
            assertThat(ReplicationReaction.channelsBroken(1146)).isTrue();
            pair.copy();
            pair.awaitHealed();
        }
    }

    @Nested
    class FilePosition extends Cases {
        @RegisterExtension
        static final Pair PAIR = Pair.withFilePositions();

        FilePosition() {
            super(PAIR, false);
        }
    }

    abstract static class Cases {
        final Pair pair;
        final TestServer replica;
        private final TestServer primary;
        private final boolean gtids;

        Cases(Pair pair, boolean gtids) {
            this.pair = pair;
            this.primary = pair.primary();
            this.replica = pair.replica();
            this.gtids = gtids;
        }

        @BeforeEach
        void replicate() throws MysqlFailure {
            primary.run(
                    "CREATE DATABASE dev",
                    "CREATE TABLE dev.t (id INT PRIMARY KEY, v TEXT)",
                    "INSERT INTO dev.t VALUES (1, '')");
            pair.attach();
            pair.awaitHealed();
        }

        @Test
        void anEventThatCantBeReadIsFetchedAgain() throws MysqlFailure {
            replica.run("STOP REPLICA SQL_THREAD");
            primary.run("INSERT INTO dev.t VALUES (2, REPEAT('x', 4000)), (3, REPEAT('y', 4000))");
            long there = pair.observe(primary).binlog().position();
            pair.awaitChannel(channel -> channel.sourcePosition() == there);
            replica.run("STOP REPLICA");
            replica.shell("cd /var/lib/mysql/data; f=$(ls relay.0* | tail -1); s=$(stat -c %s $f);"
                    + " head -c 2000 /dev/urandom | dd of=$f bs=1 seek=$((s - 4000)) conv=notrunc");
            replica.run("START REPLICA SQL_THREAD");
            assertThat(pair.awaitReaction(13121).kind()).isEqualTo(Kind.RESET_RELAY_LOGS);

            pair.resetRelayLogs();
            pair.awaitHealed();
            assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("3");
        }

        /** As after a crash of the machine: files that were made and not yet written. */
        @Test
        void tornFilesAreFetchedAgain() throws MysqlFailure {
            replica.run("STOP REPLICA SQL_THREAD");
            primary.run("INSERT INTO dev.t VALUES (2, 'there')");
            long there = pair.observe(primary).binlog().position();
            pair.awaitChannel(channel -> channel.sourcePosition() == there);
            replica.shell("cd /var/lib/mysql/data; for f in relay.0*; do : >$f; done");
            restart();
            pair.startReplication();
            assertThat(pair.awaitReaction(13117).kind()).isEqualTo(Kind.RESET_RELAY_LOGS);

            pair.resetRelayLogs();
            pair.awaitHealed();
            assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("2");
        }

        /** START REPLICA fails, and leaves its error to the thread as well, so that the next look finds it. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "rm relay.index",
                    "rm relay.0*",
                    "UPDATE mysql.slave_relay_log_info SET Relay_log_name='./relay.000099'"
                })
        void aChannelThatLostTrackIsAttachedAnew(String damage) throws MysqlFailure {
            if (damage.startsWith("rm")) {
                replica.shell("cd /var/lib/mysql/data; " + damage);
            } else {
                replica.run(AT_REST + damage);
            }
            restart();
            primary.run("INSERT INTO dev.t VALUES (2, 'there')");
            assertThat(error(pair::startReplication)).isEqualTo(1872);
            assertThat(pair.awaitReaction(13124).kind()).isEqualTo(Kind.ATTACH_ANEW);

            attachOrCopy();
            assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("2");
        }

        /** The one case in which no thread has the error. */
        @Test
        void aChannelThatCantBeReadIsAttachedAnew() throws MysqlFailure {
            replica.run(AT_REST + "UPDATE mysql.slave_master_info SET Ignored_server_ids='5 of them'");
            restart();
            assertThat(error(pair::startReplication)).isEqualTo(1201);
            assertThat(ReplicationReaction.channelsBroken(1201)).isTrue();
            assertThat(ReplicationReaction.to(pair.channel())).isEqualTo(ReplicationReaction.NONE);
            attachOrCopy();
        }

        /** Without GTIDs nobody knows what was executed, so there it means a copy. */
        private void attachOrCopy() throws MysqlFailure {
            if (gtids) {
                pair.attach();
            } else {
                pair.copy();
            }
            pair.awaitHealed();
        }

        void restart() {
            String before = process();
            replica.kill();
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() ->
                            !process().equals(before) && pair.observe(replica).superReadOnly());
        }

        private String process() {
            return replica.shell("cat /tmp/mysqld.started");
        }

        interface Act {
            void run() throws MysqlFailure;
        }

        /** @return the number that it fails with */
        static int error(Act act) {
            return catchThrowableOfType(MysqlFailure.class, act::run).errorNumber();
        }
    }
}
