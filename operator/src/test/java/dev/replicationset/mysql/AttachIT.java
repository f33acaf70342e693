package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.IoThread;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica configured from recorded coordinates follows its source, in both ways of positioning. */
class AttachIT {
    private static final Logger LOG = LoggerFactory.getLogger(AttachIT.class);

    private final JdbcMysqlPort port = new JdbcMysqlPort(Clock.systemUTC());

    @AfterEach
    void endConnections() {
        port.close();
    }

    @Nested
    class Gtid {
        @RegisterExtension
        static final TestServers SERVERS = TestServers.withGtids(2);

        private final TestServer primary = SERVERS.get(0);
        private final TestServer replica = SERVERS.get(1);

        @Test
        void followsFromTheBeginning() throws MysqlFailure {
            open(primary);
            primary.run("CREATE DATABASE dev");
            attach(replica, primary, new Action.Start.AutoPosition());

            Channel channel = awaitRunning(replica);
            assertThat(channel.sourceHost()).isEqualTo(primary.address().clientHost());
            assertThat(channel.sourcePort()).isEqualTo(3306);
            assertThat(channel.user()).isEqualTo("repl");
            assertThat(channel.sourceUuid()).hasValue(primary.ask("SELECT @@server_uuid"));
            assertThat(channel.autoPosition()).isTrue();
            assertThat(channel.tls()).isTrue();
            awaitSame(primary, replica);
            assertThat(replica.ask("SHOW DATABASES LIKE 'dev'")).isEqualTo("dev");
            ServerState state = observe(replica);
            assertThat(state.superReadOnly()).isTrue();
            assertThat(state.channel().orElseThrow().retrieved())
                    .isEqualTo(observe(primary).gtidExecuted());
            assertThat(replica.askAll("SELECT CONCAT(connection_retry_interval, ' ', connection_retry_count, ' ',"
                            + " heartbeat_interval) FROM performance_schema.replication_connection_configuration"))
                    .containsExactly("1 0 1.000");
        }

        @Test
        void mayBeAttachedAgain() throws MysqlFailure {
            open(primary);
            attach(replica, primary, new Action.Start.AutoPosition());
            primary.run("CREATE DATABASE dev");
            attach(replica, primary, new Action.Start.AutoPosition());
            awaitRunning(replica);
            awaitSame(primary, replica);
        }

        @Test
        void startsWhatWasStopped() throws MysqlFailure {
            open(primary);
            attach(replica, primary, new Action.Start.AutoPosition());
            awaitRunning(replica);
            replica.run("STOP REPLICA", "SET GLOBAL super_read_only=OFF");
            assertThat(observe(replica).channel().orElseThrow().running()).isFalse();
            port.startReplication(replica.address(), replica.operator(), false);
            awaitRunning(replica);
            assertThat(observe(replica).superReadOnly()).isTrue();
        }

        @Test
        void leavesOtherChannelsAlone() throws MysqlFailure {
            replica.run("CHANGE REPLICATION SOURCE TO SOURCE_HOST='elsewhere' FOR CHANNEL 'mine'");
            open(primary);
            attach(replica, primary, new Action.Start.AutoPosition());
            awaitRunning(replica);
            assertThat(observe(replica).channel().orElseThrow().sourceHost())
                    .isEqualTo(primary.address().clientHost());
            assertThat(replica.askAll("SELECT channel_name FROM performance_schema.replication_connection_status"))
                    .containsExactlyInAnyOrder("", "mine");
        }

        @Test
        void isQuick() throws MysqlFailure {
            open(primary);
            attach(replica, primary, new Action.Start.AutoPosition());
            Duration attaching = time(() -> attach(replica, primary, new Action.Start.AutoPosition()));
            Duration opening = time(() -> open(primary));
            LOG.info("attach takes {} ms, open {} ms", attaching.toMillis(), opening.toMillis());
            assertThat(attaching).isLessThan(Duration.ofSeconds(2));
            assertThat(opening).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Nested
    class FilePosition {
        @RegisterExtension
        static final TestServers SERVERS = TestServers.withFilePositions(2);

        private final TestServer primary = SERVERS.get(0);
        private final TestServer replica = SERVERS.get(1);

        @Test
        void followsFromTheCoordinatesOfTheOpening() throws MysqlFailure {
            BinlogCoordinates first = open(primary);
            assertThat(first.gtidExecuted()).isEmpty();
            port.prepareSchema(primary.address(), TestServer.ACCOUNTS, 1, Optional.of(TestServer.DATABASE));
            primary.run("CREATE TABLE app_db.t (id INT PRIMARY KEY)", "INSERT INTO app_db.t VALUES (1), (2)");
            attach(replica, primary, new Action.Start.At(first));

            Channel channel = awaitRunning(replica);
            assertThat(channel.autoPosition()).isFalse();
            awaitSamePosition(primary, replica);
            assertThat(replica.ask("SELECT COUNT(*) FROM app_db.t")).isEqualTo("2");
            assertThat(observe(replica).gtidExecuted().isEmpty()).isTrue();
            assertThat(observe(replica).channel().orElseThrow().retrieved().isEmpty())
                    .isTrue();
        }

        @Test
        void beginsExactlyWhereItIsTold() throws MysqlFailure {
            open(primary);
            primary.run("CREATE DATABASE before_it");
            BinlogCoordinates now = observe(primary).binlog();
            primary.run("CREATE DATABASE after_it");
            attach(replica, primary, new Action.Start.At(now));
            awaitRunning(replica);
            awaitSamePosition(primary, replica);
            assertThat(replica.askAll("SHOW DATABASES LIKE '%_it'")).containsExactly("after_it");
        }

        @Test
        void fetchesRelayLogsAgainFromWhatWasExecuted() throws MysqlFailure {
            BinlogCoordinates first = open(primary);
            primary.run(
                    "CREATE DATABASE dev", "CREATE TABLE dev.t (id INT PRIMARY KEY)", "INSERT INTO dev.t VALUES (1)");
            attach(replica, primary, new Action.Start.At(first));
            awaitRunning(replica);
            awaitSamePosition(primary, replica);
            replica.run("STOP REPLICA SQL_THREAD");
            primary.run("INSERT INTO dev.t VALUES (2), (3)");
            port.resetRelayLogs(replica.address(), TestServer.ACCOUNTS, false);
            awaitRunning(replica);
            awaitSamePosition(primary, replica);
            assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("3");
        }

        @Test
        void refreshedCredentialsKeepThePosition() throws MysqlFailure {
            BinlogCoordinates first = open(primary);
            primary.run(
                    "CREATE DATABASE dev", "CREATE TABLE dev.t (id INT PRIMARY KEY)", "INSERT INTO dev.t VALUES (1)");
            attach(replica, primary, new Action.Start.At(first));
            awaitRunning(replica);
            awaitSamePosition(primary, replica);
            replica.run("STOP REPLICA");
            primary.run("INSERT INTO dev.t VALUES (2)");
            port.refreshCredentials(replica.address(), TestServer.ACCOUNTS, false);
            port.startReplication(replica.address(), replica.operator(), false);
            awaitRunning(replica);
            awaitSamePosition(primary, replica);
            assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("2");
        }

        private void awaitSamePosition(TestServer source, TestServer follower) {
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                BinlogCoordinates now = observe(source).binlog();
                Channel channel = observe(follower).channel().orElseThrow();
                return channel.executedFile().equals(now.file()) && channel.executedPosition() == now.position();
            });
        }
    }

    private interface Act {
        void run() throws MysqlFailure;
    }

    private static Duration time(Act act) throws MysqlFailure {
        long begin = System.nanoTime();
        act.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private BinlogCoordinates open(TestServer server) throws MysqlFailure {
        return port.open(server.address(), TestServer.ACCOUNTS, server.ask("SELECT @@server_uuid"), 0, List.of());
    }

    private void attach(TestServer replica, TestServer source, Action.Start start) throws MysqlFailure {
        port.attach(replica.address(), TestServer.ACCOUNTS, source.address(), start, false);
    }

    private ServerState observe(TestServer server) throws MysqlFailure {
        return port.observe(server.address(), server.operator());
    }

    private Channel awaitRunning(TestServer replica) throws MysqlFailure {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> observe(replica).channel().orElseThrow().running());
        Channel channel = observe(replica).channel().orElseThrow();
        assertThat(channel.ioThread()).isEqualTo(IoThread.Yes);
        return channel;
    }

    private void awaitSame(TestServer source, TestServer replica) {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        observe(replica).gtidExecuted().equals(observe(source).gtidExecuted()));
    }
}
