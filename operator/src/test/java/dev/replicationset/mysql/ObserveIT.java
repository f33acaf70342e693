package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerView.Cause;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ObserveIT {
    private static final Logger LOG = LoggerFactory.getLogger(ObserveIT.class);

    @RegisterExtension
    static final TestServers SERVERS = TestServers.withGtids(1);

    private final TestServer server = SERVERS.get(0);
    private final JdbcMysqlPort port = new JdbcMysqlPort(Clock.systemUTC());

    @AfterEach
    void endConnections() {
        port.close();
    }

    @Test
    void tellsWhatAFreshServerIs() throws MysqlFailure {
        ServerState state = observe();

        assertThat(state.serverId()).isEqualTo(1001);
        assertThat(state.serverUuid()).isEqualTo(server.ask("SELECT @@server_uuid"));
        assertThat(state.version()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
        assertThat(state.readOnly()).isTrue();
        assertThat(state.superReadOnly()).isTrue();
        assertThat(state.writable()).isFalse();
        assertThat(state.offlineMode()).isFalse();
        assertThat(state.gtidExecuted()).isEqualTo(GtidSet.EMPTY);
        assertThat(state.binlog().file()).startsWith("binlog.");
        assertThat(state.binlog().position()).isPositive();
        assertThat(state.bufferPoolBytes()).isEqualTo(32 << 20);
        assertThat(state.uptimeSeconds()).isBetween(0L, 600L);
        assertThat(state.schemaReady()).isFalse();
        assertThat(state.heartbeat()).isEmpty();
        assertThat(state.channel()).isEmpty();
    }

    @Test
    void seesTheHeartbeatAsSoonAsThereIsOne() throws MysqlFailure {
        observe();
        port.open(server.address(), TestServer.ACCOUNTS, server.ask("SELECT @@server_uuid"), 0, List.of());
        port.prepareSchema(server.address(), TestServer.ACCOUNTS, 7, Optional.empty());

        assertThat(observe().schemaReady()).isTrue();
        ServerState state = observe();
        assertThat(state.writable()).isTrue();
        assertThat(state.heartbeat()).hasValueSatisfying(beat -> {
            assertThat(beat.epoch()).isEqualTo(7);
            assertThat(Duration.between(beat.at(), Instant.now()).abs()).isLessThan(Duration.ofSeconds(30));
        });
        assertThat(state.gtidExecuted().count()).isEqualTo(3);
        assertThat(GtidSet.parse(state.binlog().gtidExecuted())).isEqualTo(state.gtidExecuted());

        server.run("DROP DATABASE replicationset");
        assertThat(observe().schemaReady()).isFalse();
    }

    @Test
    void isNotHeldUpByAGlobalReadLock() throws Exception {
        port.open(server.address(), TestServer.ACCOUNTS, server.ask("SELECT @@server_uuid"), 0, List.of());
        port.prepareSchema(server.address(), TestServer.ACCOUNTS, 1, Optional.empty());
        observe();
        try (Connection client = server.connect();
                Statement statement = client.createStatement()) {
            statement.execute("FLUSH TABLES WITH READ LOCK");
            assertThat(observe().heartbeat()).isPresent();
        }
    }

    @Test
    void doesWithoutAHeartbeatThatIsLocked() throws Exception {
        port.open(server.address(), TestServer.ACCOUNTS, server.ask("SELECT @@server_uuid"), 0, List.of());
        port.prepareSchema(server.address(), TestServer.ACCOUNTS, 1, Optional.empty());
        observe();
        try (Connection client = server.connect();
                Statement statement = client.createStatement()) {
            statement.execute("LOCK TABLES replicationset.heartbeat WRITE");
            ServerState state = observe();
            assertThat(state.heartbeat()).isEmpty();
            assertThat(state.schemaReady()).isTrue();
        }
        assertThat(observe().schemaReady()).isTrue();
        assertThat(observe().heartbeat()).isPresent();
    }

    @Test
    void tellsARefusedConnectionAndComesBack() throws MysqlFailure {
        observe();
        server.hold();
        MysqlFailure broken = failure();
        assertThat(broken.kind()).isEqualTo(Cause.Refused);
        ServerAddress nobody = new ServerAddress("orders-9", server.address().host(), 1, "nobody", 3306);
        MysqlFailure refused = catchThrowableOfType(MysqlFailure.class, () -> port.observe(nobody, server.operator()));
        assertThat(refused.kind()).isEqualTo(Cause.Refused);

        server.release();
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> observe().superReadOnly());
    }

    @Test
    void tellsAFrozenServerWithinTwoSeconds() throws MysqlFailure {
        observe();
        server.freeze();
        try {
            Instant begin = Instant.now();
            assertThat(failure().kind()).isEqualTo(Cause.TimedOut);
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(2));
            assertThat(failure().kind()).isEqualTo(Cause.TimedOut);
        } finally {
            server.thaw();
        }
        assertThat(observe().serverId()).isEqualTo(1001);
    }

    @Test
    void tellsAWrongPassword() {
        Accounts.Login wrong = new Accounts.Login(server.operator().user(), "wrong");
        MysqlFailure failure = catchThrowableOfType(MysqlFailure.class, () -> port.observe(server.address(), wrong));
        assertThat(failure.kind()).isEqualTo(Cause.AccessDenied);
        assertThat(failure.errorNumber()).isEqualTo(1045);
    }

    @Test
    void anInterruptEndsAPollThatWaits() throws Exception {
        observe();
        server.freeze();
        try {
            CompletableFuture<MysqlFailure> failed = new CompletableFuture<>();
            Thread poller = Thread.ofVirtual().start(() -> failed.complete(failure()));
            await().until(() -> poller.getState() != Thread.State.RUNNABLE);
            poller.interrupt();
            assertThat(failed.get()).isNotNull();
        } finally {
            server.thaw();
        }
        assertThat(observe().serverId()).isEqualTo(1001);
    }

    @Test
    void leavesNeitherConnectionsNorThreadsBehind() throws MysqlFailure {
        observe();
        assertThat(server.ask(operatorConnections())).isEqualTo("1");
        port.forget(server.address());
        await().until(() -> server.ask(operatorConnections()).equals("0"));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("mysql-cj"));
    }

    private static String operatorConnections() {
        return "SELECT COUNT(*) FROM performance_schema.processlist WHERE user = 'replicationset'";
    }

    /** Not a benchmark: a bound that a poll with a hidden table scan or a second round trip would break. */
    @Test
    void isCheap() throws MysqlFailure {
        port.open(server.address(), TestServer.ACCOUNTS, server.ask("SELECT @@server_uuid"), 0, List.of());
        port.prepareSchema(server.address(), TestServer.ACCOUNTS, 1, Optional.empty());
        port.attach(
                server.address(),
                TestServer.ACCOUNTS,
                new ServerAddress("orders-9", "127.0.0.1", 1, "127.0.0.1", 1),
                new Action.Start.AutoPosition(),
                false);
        for (int i = 0; i < 200; i++) {
            observe();
        }
        int polls = 500;
        long begin = System.nanoTime();
        double serverBegin = server.cpuSeconds();
        long cpuBegin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < polls; i++) {
            observe();
        }
        Duration cpu =
                Duration.ofNanos((ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpuBegin) / polls);
        Duration each = Duration.ofNanos((System.nanoTime() - begin) / polls);
        double atServer = (server.cpuSeconds() - serverBegin) / polls;
        LOG.info(
                "One poll takes {} us, of them {} us of the operator's CPU; mysqld uses {} us of CPU for it",
                each.toNanos() / 1000,
                cpu.toNanos() / 1000,
                Math.round(atServer * 1e6));
        assertThat(atServer).isLessThan(0.005);
        assertThat(cpu).isLessThan(Duration.ofMillis(3));
    }

    private ServerState observe() throws MysqlFailure {
        return port.observe(server.address(), server.operator());
    }

    private MysqlFailure failure() {
        return catchThrowableOfType(MysqlFailure.class, this::observe);
    }
}
