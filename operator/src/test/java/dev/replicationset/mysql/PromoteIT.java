package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.SemiSync;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Making a primary of a replica. */
class PromoteIT {
    @RegisterExtension
    static final Pair PAIR = Pair.withGtids();

    private final TestServer primary = PAIR.primary();
    private final TestServer replica = PAIR.replica();

    @BeforeEach
    void attach() throws MysqlFailure {
        PAIR.port().attach(replica.address(), TestServer.ACCOUNTS, primary.address(), Pair.AUTO, true);
        primary.run("CREATE DATABASE dev", "CREATE TABLE dev.t (id INT PRIMARY KEY)", "INSERT INTO dev.t VALUES (1)");
        PAIR.awaitHealed();
    }

    @Test
    void makesAClosedPrimaryWhoseCommitsWillWait() throws MysqlFailure {
        assertThat(PAIR.observe(replica).semiSync()).hasValue(new SemiSync(false, 1, 0, 0, true, true));

        promote();
        ServerState state = PAIR.observe(replica);
        assertThat(state.channel()).isEmpty();
        assertThat(state.readOnly()).isTrue();
        assertThat(state.superReadOnly()).isTrue();
        assertThat(state.semiSync()).hasValue(new SemiSync(true, 2, 0, 0, false, false));
        assertThat(state.gtidExecuted()).isEqualTo(PAIR.observe(primary).gtidExecuted());
        assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("1");

        promote();
        assertThat(PAIR.observe(replica).semiSync()).isEqualTo(state.semiSync());
        assertThat(PAIR.observe(replica).superReadOnly()).isTrue();
    }

    @Test
    void waitsForWhatWasReceived() throws MysqlFailure {
        replica.run("STOP REPLICA SQL_THREAD");
        primary.run("INSERT INTO dev.t VALUES (2)");
        GtidSet written = PAIR.observe(primary).gtidExecuted();
        PAIR.awaitChannel(channel -> written.isSubsetOf(channel.retrieved()));

        assertThatThrownBy(this::promote)
                .isInstanceOf(MysqlFailure.class)
                .hasMessageContaining("received and are not executed");
        ServerState state = PAIR.observe(replica);
        assertThat(state.channel().orElseThrow().retrieved()).isEqualTo(written);
        // Nothing more is received while what there is gets executed.
        assertThat(state.channel().orElseThrow().ioThread()).isEqualTo(IoThread.No);
        assertThat(state.superReadOnly()).isTrue();
        assertThat(state.semiSync().orElseThrow().source()).isFalse();

        PAIR.port().startApplying(replica.address(), replica.operator());
        PAIR.awaitReplicaHas(written);
        promote();
        assertThat(PAIR.observe(replica).channel()).isEmpty();
        assertThat(replica.ask("SELECT COUNT(*) FROM dev.t")).isEqualTo("2");
    }

    @Test
    void leavesAServerAloneThatClientsMayWriteTo() throws MysqlFailure {
        replica.run("SET GLOBAL read_only=OFF");
        assertThatThrownBy(this::promote)
                .isInstanceOf(MysqlFailure.class)
                .hasMessageContaining("clients may write to orders-2");
        ServerState state = PAIR.observe(replica);
        assertThat(state.writable()).isTrue();
        assertThat(state.channel().orElseThrow().running()).isTrue();
        assertThat(state.semiSync().orElseThrow().source()).isFalse();
    }

    @Test
    void leavesAServerAloneThatIsNotMeant() throws MysqlFailure {
        assertThatThrownBy(() -> PAIR.port().promote(replica.address(), TestServer.ACCOUNTS, "another", 2, List.of()))
                .isInstanceOf(MysqlFailure.class)
                .hasMessageContaining("another server answers");
        ServerState state = PAIR.observe(replica);
        assertThat(state.channel().orElseThrow().running()).isTrue();
        assertThat(state.semiSync()).hasValue(new SemiSync(false, 1, 0, 0, true, true));
    }

    private void promote() throws MysqlFailure {
        PAIR.port().promote(replica.address(), TestServer.ACCOUNTS, replica.ask("SELECT @@server_uuid"), 2, List.of());
    }
}
