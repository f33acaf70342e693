package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ReplicationReaction;
import dev.replicationset.topology.ReplicationReaction.Kind;
import dev.replicationset.topology.ServerState.IoThread;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A replica that has no room to write: whatever it does then, it goes on once there is some. */
class FullVolumeIT {
    @RegisterExtension
    static final Pair PAIR =
            Pair.of(new TestServer(1, true), new TestServer(2, true).withRoom(400_000_000, 40_000_000));

    private static final String ROW = " (v) VALUES (REPEAT('x', 8000000))";

    private final TestServer primary = PAIR.primary();
    private final TestServer replica = PAIR.replica();

    @BeforeEach
    void replicate() throws MysqlFailure {
        primary.run(
                "CREATE DATABASE dev",
                "CREATE TABLE dev.a (id INT PRIMARY KEY AUTO_INCREMENT, v LONGTEXT)",
                "CREATE TABLE dev.b LIKE dev.a");
        PAIR.attach();
        PAIR.awaitHealed();
    }

    /** The thread that receives waits and tries again each minute; those that apply give up. */
    @Test
    void aFullVolumeIsWaitedFor() throws MysqlFailure {
        replica.run("STOP REPLICA SQL_THREAD");
        fillVolume();
        primary.run("INSERT INTO dev.a" + ROW);
        PAIR.awaitChannel(channel -> channel.ioThread() == IoThread.WaitingForSpace);
        assertThat(ReplicationReaction.to(PAIR.channel())).isEqualTo(ReplicationReaction.NONE);

        replica.shell("rm /var/lib/mysql/filler.*");
        PAIR.startReplication();
        PAIR.awaitHealed(Duration.ofSeconds(90));
        assertThat(replica.ask("SELECT COUNT(*) FROM dev.a")).isEqualTo("1");
    }

    @Test
    void error1114StartsAgain() throws MysqlFailure {
        replica.run("STOP REPLICA SQL_THREAD");
        primary.run("INSERT INTO dev.a" + ROW);
        long there = PAIR.observe(primary).binlog().position();
        PAIR.awaitChannel(channel -> channel.sourcePosition() == there);
        fillVolume();
        replica.run("START REPLICA SQL_THREAD");
        assertThat(PAIR.awaitReaction(1114).kind()).isEqualTo(Kind.START);

        replica.shell("rm /var/lib/mysql/filler.*");
        PAIR.startReplication();
        PAIR.awaitHealed();
    }

    /** A file that may not grow any more is no full volume: MySQL doesn't wait then. */
    @Test
    void error13122RestartsTheStream() throws MysqlFailure {
        replica.run("SET GLOBAL max_binlog_size=16777216, max_relay_log_size=1073741824");
        for (String table : new String[] {"a", "a", "a", "b", "b"}) {
            primary.run("INSERT INTO dev." + table + ROW);
        }
        assertThat(PAIR.awaitReaction(13122).kind()).isEqualTo(Kind.RESTART_IO);

        // MySQL ends itself over the relay log that it can't finish, maybe a moment later, and goes on in another one.
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            PAIR.restartIoThread();
            PAIR.startReplication();
            return replica.ask("SELECT COUNT(*) FROM dev.b").equals("2");
        });
        PAIR.awaitHealed();
    }

    /** Up to 3 MB, in several files, since none may be too big. */
    private void fillVolume() {
        replica.shell("cd /var/lib/mysql; free() { df -B 1000 --output=avail . | tail -1; };"
                + " while [ $(free) -gt 33000 ]; do head -c 30000000 /dev/zero >filler.$(free | tr -d ' '); done;"
                + " head -c $(($(free) - 3000))000 /dev/zero >filler.0");
    }
}
