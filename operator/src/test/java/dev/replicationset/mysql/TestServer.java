package dev.replicationset.mysql;

import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Ulimit;
import com.mysql.cj.jdbc.Driver;
import dev.replicationset.desired.AccountStatements;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.ServerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/** One mysqld, data in memory, with the accounts of a set and one more for the tests: {@code tester}. */
public final class TestServer extends GenericContainer<TestServer> {
    static final String IMAGE = Objects.requireNonNullElse(System.getenv("MYSQL_IMAGE"), "mysql:9.7");
    static final String DATABASE = "app_db";

    /** With what is hard to quote. */
    static final Accounts ACCOUNTS = new Accounts(
            new Login("replicationset", "op'er\\ator\"`%é"),
            new Login("repl", "re'pl\\\"`;--"),
            "%",
            new Login("root", "ro'ot\\"),
            Optional.of(new Login("app", "ow'ner\\")));

    private static final int CLIENT_PORT = 3306;
    private static final int ADMIN_PORT = 33062;

    private static final String TESTER = """
            CREATE USER IF NOT EXISTS tester@'%' IDENTIFIED BY 'tester';
            GRANT ALL ON *.* TO tester@'%' WITH GRANT OPTION;
            """;

    private final int number;
    private Accounts accounts = ACCOUNTS;

    @SuppressWarnings("this-escape") // That is how containers are set up.
    TestServer(int number, boolean gtids) {
        super(IMAGE);
        this.number = number;
        withExposedPorts(CLIENT_PORT, ADMIN_PORT);
        withEnv(Map.of("SERVER_ID", Integer.toString(1000 + number), "GTID_MODE", gtids ? "ON" : "OFF"));
        withCopyFileToContainer(resource("my.cnf"), "/etc/test/my.cnf");
        withCopyFileToContainer(resource("run.sh"), "/etc/test/run.sh");
        withCopyToContainer(Transferable.of(script(ACCOUNTS)), "/etc/test/accounts.sql");
        withTmpFs(Map.of("/var/lib/mysql", "rw,mode=1777"));
        withCreateContainerCmdModifier(create -> create.withEntrypoint("sh", "/etc/test/run.sh"));
        waitingFor(Wait.forLogMessage(".*Admin interface ready.*\\n", 1).withStartupTimeout(Duration.ofMinutes(2)));
    }

    /**
     * With little room, so that it can be filled.
     *
     * @param volume for all files together, in bytes
     * @param file for one file, in bytes
     */
    TestServer withRoom(long volume, long file) {
        withTmpFs(Map.of("/var/lib/mysql", "rw,mode=1777,size=" + volume));
        withCreateContainerCmdModifier(create -> Objects.requireNonNull(create.getHostConfig())
                .withUlimits(new Ulimit[] {new Ulimit("fsize", file, file)}));
        return this;
    }

    private static MountableFile resource(String name) {
        return MountableFile.forClasspathResource("dev/replicationset/mysql/" + name);
    }

    private static String script(Accounts accounts) {
        return AccountStatements.script(accounts, Optional.of(DATABASE)) + TESTER;
    }

    /** As the operator sees it: over the mapped port; other servers see the container's own address. */
    ServerAddress address() {
        return new ServerAddress(
                "orders-" + number, getHost(), getMappedPort(ADMIN_PORT), containerAddress(), CLIENT_PORT);
    }

    private String containerAddress() {
        return network().getIpAddress();
    }

    /** Where the server reaches this machine. */
    String gateway() {
        return Objects.requireNonNull(network().getGateway());
    }

    private ContainerNetwork network() {
        return getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next();
    }

    Login operator() {
        return accounts.operator();
    }

    /** What the Secret says from the server's next start on. */
    void setAccounts(Accounts changed) {
        accounts = changed;
        copyFileToContainer(Transferable.of(script(changed)), "/etc/test/accounts.sql");
    }

    // ---- as a client

    Connection connect(String user, String password) throws SQLException {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "user",
                user,
                "password",
                password,
                "sslMode",
                "REQUIRED",
                "socketTimeout",
                "20000",
                "connectTimeout",
                "2000",
                "allowMultiQueries",
                "true",
                "characterEncoding",
                "UTF-8"));
        return Objects.requireNonNull(
                new Driver().connect("jdbc:mysql://" + getHost() + ":" + getMappedPort(CLIENT_PORT) + "/", settings));
    }

    Connection connect() throws SQLException {
        return connect("tester", "tester");
    }

    void run(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /** The first column of the first row, or "". */
    String ask(String sql) {
        List<String> rows = askAll(sql);
        return rows.isEmpty() ? "" : rows.getFirst();
    }

    List<String> askAll(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> answers = new ArrayList<>();
            while (rows.next()) {
                answers.add(String.valueOf(rows.getString(1)));
            }
            return answers;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** As it was after its first start: closed, no channel, no data, no history. */
    void reset() {
        run(
                "STOP REPLICA; RESET REPLICA ALL",
                // Answers commits that wait, so it goes before what waits for them.
                "SET GLOBAL rpl_semi_sync_source_enabled=OFF, rpl_semi_sync_replica_enabled=OFF",
                "SET GLOBAL rpl_semi_sync_source_wait_for_replica_count=1",
                "SET GLOBAL super_read_only=OFF, read_only=OFF, offline_mode=OFF",
                "SET GLOBAL server_id=" + (1000 + number),
                "SET GLOBAL clone_max_data_bandwidth=0, binlog_checksum=CRC32, require_secure_transport=OFF",
                "SET GLOBAL replica_transaction_retries=1, innodb_lock_wait_timeout=50",
                "SET GLOBAL binlog_stmt_cache_size=DEFAULT, max_binlog_stmt_cache_size=DEFAULT",
                "SET SESSION sql_log_bin=0");
        for (String database : askAll("SELECT schema_name FROM information_schema.schemata"
                + " WHERE schema_name NOT IN ('mysql','sys','information_schema','performance_schema')")) {
            run("SET SESSION sql_log_bin=0; DROP DATABASE " + AccountStatements.identifier(database));
        }
        run("SET SESSION sql_log_bin=0; DROP USER IF EXISTS app@'%'; "
                + script(ACCOUNTS).replace("\n", " "));
        run("RESET BINARY LOGS AND GTIDS", "SET GLOBAL super_read_only=ON");
    }

    // ---- as a fault

    void kill() {
        shell("kill -9 $(cat /tmp/mysqld.started)");
    }

    void hold() {
        shell("touch /tmp/hold; kill -9 $(cat /tmp/mysqld.started)");
    }

    void release() {
        shell("rm -f /tmp/hold");
    }

    void freeze() {
        getDockerClient().pauseContainerCmd(getContainerId()).exec();
    }

    void thaw() {
        getDockerClient().unpauseContainerCmd(getContainerId()).exec();
    }

    /** What mysqld has used since its start. */
    double cpuSeconds() {
        String ticks = shell("cut -d ' ' -f 14,15 /proc/$(cat /tmp/mysqld.started)/stat")
                .strip();
        int space = ticks.indexOf(' ');
        return (Long.parseLong(ticks.substring(0, space)) + Long.parseLong(ticks.substring(space + 1))) / 100.0;
    }

    String shell(String command) {
        try {
            ExecResult result = execInContainer("sh", "-c", command);
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(command + ": " + result.getStderr());
            }
            return result.getStdout();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
