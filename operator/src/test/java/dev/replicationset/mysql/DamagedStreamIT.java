package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ReplicationReaction.Kind;
import dev.replicationset.topology.ServerAddress;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Events that arrive damaged. MySQL 9.7 logs the cause, 13115 for a checksum and 13118 for a heartbeat, and then gives up
 * with 13122, which is all that SHOW REPLICA STATUS tells.
 */
class DamagedStreamIT {
    @Nested
    class Gtid extends Cases {
        @RegisterExtension
        static final Pair PAIR = Pair.withGtids();

        Gtid() {
            super(PAIR);
        }
    }

    @Nested
    class FilePosition extends Cases {
        @RegisterExtension
        static final Pair PAIR = Pair.withFilePositions();

        FilePosition() {
            super(PAIR);
        }
    }

    abstract static class Cases {
        private final Pair pair;
        private final TestServer primary;
        private final TestServer replica;
        private DamagingProxy proxy;

        Cases(Pair pair) {
            this.pair = pair;
            this.primary = pair.primary();
            this.replica = pair.replica();
        }

        /** What goes through the proxy can't be encrypted, so it is another account that replicates. */
        @BeforeEach
        void followThroughTheProxy() throws IOException, MysqlFailure {
            proxy = new DamagingProxy(
                    primary.address().clientHost(), primary.address().clientPort());
            primary.run("SET SESSION sql_log_bin=0;"
                    + " CREATE USER IF NOT EXISTS plain@'%' IDENTIFIED WITH caching_sha2_password BY 'plain';"
                    + " GRANT REPLICATION SLAVE ON *.* TO plain@'%'");
            primary.run("CREATE DATABASE dev", "CREATE TABLE dev.t (id INT PRIMARY KEY)");
        }

        @AfterEach
        void closeProxy() throws IOException {
            proxy.close();
        }

        @Test
        void aDamagedEventIsFetchedAgain() throws MysqlFailure {
            follow();
            proxy.damageNext(DamagingProxy.ROWS);
            primary.run("INSERT INTO dev.t VALUES (1), (2)", "INSERT INTO dev.t VALUES (3)");

            assertThat(pair.awaitReaction(13122).kind()).isEqualTo(Kind.RESTART_IO);
            assertThat(proxy.hasDamaged()).isTrue();
            assertThat(replica.getLogs()).contains("MY-013115");
            pair.restartIoThread();
            pair.awaitHealed();
            assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("3");
        }

        @Test
        void anOddHeartbeatRestartsTheStream() throws MysqlFailure {
            // With checksums it would be one that doesn't match.
            primary.run("SET GLOBAL binlog_checksum=NONE");
            follow();
            proxy.damageNext(DamagingProxy.HEARTBEAT);

            assertThat(pair.awaitReaction(13122).kind()).isEqualTo(Kind.RESTART_IO);
            assertThat(proxy.hasDamaged()).isTrue();
            assertThat(replica.getLogs()).contains("MY-013118");
            pair.restartIoThread();
            pair.awaitHealed();
        }

        private void follow() throws MysqlFailure {
            pair.attach();
            pair.awaitHealed();
            ServerAddress detour = new ServerAddress("proxy", replica.gateway(), 0, replica.gateway(), proxy.port());
            replica.run(
                    "STOP REPLICA",
                    Channels.configure(TestServer.ACCOUNTS, detour, pair.now()),
                    "CHANGE REPLICATION SOURCE TO SOURCE_USER='plain', SOURCE_PASSWORD='plain', SOURCE_SSL=0,"
                            + " GET_SOURCE_PUBLIC_KEY=1",
                    "START REPLICA");
            pair.awaitHealed();
        }
    }
}
