package dev.replicationset.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.Container.ExecResult;

/** my.cnf and the script of the first start, on a real mysqld under the pod's restrictions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FirstStartIT {
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    private Path config;
    private Instance instance;
    private String rootPassword = "";

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        config = folder;
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rwxr-xr-x"));
        instance = new Instance(config);
        instance.start();
    }

    @AfterAll
    void stop() {
        instance.stop();
    }

    @BeforeEach
    void emptyVolume() throws IOException {
        rootPassword = instance.configure(Golden.of("minimal"));
        instance.sh("rm -rf /var/lib/mysql/*");
    }

    static Iterable<Golden> cases() throws IOException {
        return Golden.cases().stream()
                .filter(golden -> !golden.toString().equals("no-member-yet"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void mysqldAcceptsTheFile(Golden golden) throws IOException {
        instance.configure(golden);

        ExecResult result = instance.sh("mysqld --defaults-file=" + Instance.CONFIG + "/my.cnf --validate-config 2>&1");

        assertThat(result.getStdout()).doesNotContain("[ERROR]").doesNotContainIgnoringCase("deprecated");
        assertThat(result.getExitCode()).as(result.getStdout()).isZero();
    }

    @Test
    void aNewServerIsClosedHasItsAccountsAndNoTransactions() {
        assertThat(instance.initialize().getExitCode()).isZero();

        assertHealthy();
    }

    @RepeatedTest(10)
    void killedAtAnyMomentTheNextRunEndsWell() {
        for (int kills = 1 + random.nextInt(3); kills > 0; kills--) {
            instance.initializeKilledAfter(Duration.ofMillis(random.nextInt(4000)));
        }
        ExecResult last = instance.initialize();

        assertThat(last.getExitCode()).as("seed %s: %s", seed, last.getStdout()).isZero();
        assertHealthy();
    }

    @Test
    void accountsThatCannotBeMadeFailTheStartAndTheNextRunBeginsAnew() throws IOException {
        Path accounts = config.resolve("accounts.sql");
        String right = Files.readString(accounts);
        Files.writeString(accounts, "SET SESSION sql_log_bin=0;\nCREATE USER nonsense;;\nALTER\n");
        assertThat(instance.initialize().getExitCode()).isNotZero();

        Files.writeString(accounts, right, StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(instance.initialize().getExitCode()).isZero();
        assertHealthy();
    }

    @Test
    void theSecondRunChangesNothing() {
        instance.initialize();
        String before = instance.sh("cat /var/lib/mysql/data/auto.cnf").getStdout();

        assertThat(instance.initialize().getExitCode()).isZero();

        assertThat(instance.sh("cat /var/lib/mysql/data/auto.cnf").getStdout()).isEqualTo(before);
    }

    @Test
    void dataThatWasNotMadeHereIsLeftAlone() {
        instance.sh("mkdir /var/lib/mysql/data && echo precious >/var/lib/mysql/data/ibdata1");

        ExecResult result = instance.initialize();

        assertThat(result.getExitCode()).isNotZero();
        assertThat(result.getStdout()).contains("was not made here, and is left alone");
        assertThat(instance.sh("cat /var/lib/mysql/data/ibdata1").getStdout()).isEqualTo("precious\n");
    }

    private void assertHealthy() {
        ExecResult found = instance.look(rootPassword);
        assertThat(found.getStdout().lines())
                .as("seed %s: %s", seed, found.getStderr())
                .containsExactly(
                        "root=refused without password",
                        "gtids=",
                        "closed=111",
                        "accounts=repl@%,replicationset@%,root@localhost",
                        "clone=ACTIVE",
                        "binlog=binlog.000001:158");
    }
}
