package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.CloneProgress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Copying a server by CLONE, and what can be seen of it. */
class CloneIT {
    @RegisterExtension
    static final TestServers SERVERS = TestServers.withGtids(3);

    private final TestServer donor = SERVERS.get(0);
    private final TestServer other = SERVERS.get(1);
    private final TestServer recipient = SERVERS.get(2);
    private final JdbcMysqlPort port = new JdbcMysqlPort(Clock.systemUTC());

    @AfterEach
    void endConnections() {
        port.close();
    }

    @Test
    void copiesEverythingAndComesBackClosed() throws MysqlFailure {
        fill(donor);
        String uuid = observe(recipient).serverUuid();
        begin(donor);
        CloneProgress done = awaitEnd();

        assertThat(done.state()).isEqualTo(CloneProgress.State.Completed);
        assertThat(done.source()).isEqualTo(donor.address().clientHost() + ":3306");
        assertThat(done.percent()).isEqualTo(100);
        assertThat(done.bytes()).isPositive();
        assertThat(done.errorNumber()).isZero();
        assertThat(done.donorCoordinates()).hasValue(observe(donor).binlog());
        ServerState state = observe(recipient);
        assertThat(state.superReadOnly()).isTrue();
        assertThat(state.readOnly()).isTrue();
        assertThat(state.serverUuid()).isEqualTo(uuid);
        assertThat(state.gtidExecuted()).isEqualTo(observe(donor).gtidExecuted());
        assertThat(recipient.ask("SELECT COUNT(*) FROM big.t")).isEqualTo("16");
    }

    @Test
    void keepsClientsOutAndAClosedDonorUntouched() throws MysqlFailure {
        fill(donor);
        port.close(donor.address(), donor.operator());
        slow();
        begin(donor);
        ServerState state = observe(recipient);
        assertThat(state.writable()).isFalse();
        assertThat(state.cloning().orElseThrow().state()).isEqualTo(CloneProgress.State.InProgress);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> observe(recipient).cloning().orElseThrow().stage().equals("FILE COPY"));
        CloneProgress early = observe(recipient).cloning().orElseThrow();
        assertThat(early.totalBytes()).isGreaterThan(1 << 20);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> observe(recipient).cloning().orElseThrow().bytes() > early.bytes());
        assertThat(observe(donor).superReadOnly()).isTrue();

        // Asked again, it goes on with what runs.
        begin(donor);
        assertThat(observe(recipient).cloning().orElseThrow().beganAt()).isEqualTo(early.beganAt());

        // Another donor: the copy is ended, and begins anew when it is tried again.
        assertThatThrownBy(() -> begin(other)).hasMessageContaining("ended the copy");
        assertThat(awaitEnd().state()).isEqualTo(CloneProgress.State.Failed);
        recipient.run("SET GLOBAL clone_max_data_bandwidth=0");
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            begin(other);
            return true;
        });
        assertThat(awaitEnd().state()).isEqualTo(CloneProgress.State.Completed);
    }

    @Test
    void aRefusalLeavesDataAndTheServerClosed() throws MysqlFailure {
        fill(recipient);
        port.close(recipient.address(), recipient.operator());
        Accounts known = TestServer.ACCOUNTS;
        donor.run(
                "SET GLOBAL super_read_only=OFF; SET SESSION sql_log_bin=0; REVOKE BACKUP_ADMIN ON *.* FROM replicationset");
        MysqlFailure failure = catchThrowableOfType(MysqlFailure.class, () -> begin(donor));

        assertThat(failure.errorNumber()).isEqualTo(3862);
        assertThat(failure.getMessage()).doesNotContain(known.operator().password());
        ServerState state = observe(recipient);
        assertThat(state.superReadOnly()).isTrue();
        assertThat(recipient.ask("SELECT COUNT(*) FROM big.t")).isEqualTo("16");
        CloneProgress progress = state.cloning().orElseThrow();
        assertThat(progress.state()).isEqualTo(CloneProgress.State.Failed);
        assertThat(progress.errorNumber()).isEqualTo(3862);
    }

    @Test
    void anOpenServerIsNeverOverwritten() throws MysqlFailure {
        port.open(recipient.address(), TestServer.ACCOUNTS, recipient.ask("SELECT @@server_uuid"), 0, List.of());
        assertThatThrownBy(() -> begin(donor)).hasMessageContaining("clients may write to orders-3");
        assertThat(observe(recipient).writable()).isTrue();
    }

    @Test
    void aRestartOfTheDonorEndsTheCopy() throws MysqlFailure {
        fill(donor);
        slow();
        begin(donor);
        donor.kill();
        CloneProgress ended = awaitEnd();
        assertThat(ended.state()).isEqualTo(CloneProgress.State.Failed);
        assertThat(ended.errorNumber()).isPositive();
        await().until(() -> observe(recipient).superReadOnly());
        assertThat(observe(recipient).gtidExecuted().isEmpty()).isTrue();
        // The failure stays to be seen after a restart.
        recipient.kill();
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> observe(recipient)
                        .cloning()
                        .filter(progress -> progress.equals(withoutStages(ended, progress)))
                        .isPresent());
        // What the failed copy left in the data directory doesn't keep a new one from succeeding.
        recipient.run("SET GLOBAL clone_max_data_bandwidth=0");
        begin(donor);
        assertThat(awaitEnd().state()).isEqualTo(CloneProgress.State.Completed);
    }

    @Test
    void anInterruptionOfTheRecipientIsSeen() throws MysqlFailure {
        fill(donor);
        slow();
        begin(donor);
        recipient.kill();
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> observe(recipient).superReadOnly());
        CloneProgress progress = observe(recipient).cloning().orElseThrow();
        assertThat(progress.state()).isEqualTo(CloneProgress.State.Failed);
        assertThat(progress.errorNumber()).isEqualTo(1317);
        begin(donor);
        assertThat(awaitEnd().state()).isEqualTo(CloneProgress.State.Completed);
    }

    private static CloneProgress withoutStages(CloneProgress ended, CloneProgress now) {
        return new CloneProgress(
                ended.state(),
                ended.source(),
                ended.beganAt(),
                now.stage(),
                now.bytes(),
                now.totalBytes(),
                ended.errorNumber(),
                ended.error(),
                Optional.empty());
    }

    private void fill(TestServer server) throws MysqlFailure {
        port.open(server.address(), TestServer.ACCOUNTS, server.ask("SELECT @@server_uuid"), 0, List.of());
        server.run(
                "CREATE DATABASE big",
                "CREATE TABLE big.t (id INT AUTO_INCREMENT PRIMARY KEY, pad LONGBLOB)",
                "INSERT INTO big.t (pad) VALUES (REPEAT(RANDOM_BYTES(1024), 1024))");
        for (int i = 0; i < 4; i++) {
            server.run("INSERT INTO big.t (pad) SELECT pad FROM big.t");
        }
    }

    private void slow() {
        recipient.run("SET GLOBAL clone_max_data_bandwidth=2, GLOBAL clone_autotune_concurrency=OFF");
    }

    private void begin(TestServer from) throws MysqlFailure {
        port.beginClone(recipient.address(), TestServer.ACCOUNTS, from.address());
    }

    private CloneProgress awaitEnd() throws MysqlFailure {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            CloneProgress.State state =
                    observe(recipient).cloning().orElseThrow().state();
            return state == CloneProgress.State.Completed || state == CloneProgress.State.Failed;
        });
        return observe(recipient).cloning().orElseThrow();
    }

    private ServerState observe(TestServer server) throws MysqlFailure {
        return port.observe(server.address(), server.operator());
    }
}
