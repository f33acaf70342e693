package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.MysqlClient;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The first start is killed at random moments; each next one completes it or begins anew. */
@EndToEnd
class FirstStartIT {
    private static final int KILLS = 20;

    @Test
    void killedAtRandomMomentsItStillEndsWell(TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        Random random = new Random(20_26);
        int killed = 0;
        for (int round = 0; killed < KILLS; round++) {
            String name = "r" + round;
            sets.apply(Sets.small(name, 1));
            killed += killFirstStarts(namespace, name, random, KILLS - killed);
            sets.awaitReady(name, Duration.ofMinutes(4));
            assertSafe(namespace, sets, name);
            sets.delete(name);
        }
    }

    /** Kills what runs of the two first starts, some times each; returns how often. */
    private static int killFirstStarts(TestNamespace namespace, String name, Random random, int most) {
        int killed = 0;
        for (String instance : List.of(name + "-1", name + "-2")) {
            for (int i = 0; i < 2 && killed < most; i++) {
                if (awaitInitializing(namespace, instance)) {
                    pause(random.nextInt(2500));
                    killed += kill(namespace, instance) ? 1 : 0;
                }
            }
        }
        return killed;
    }

    /** False when the first start has ended already. */
    private static boolean awaitInitializing(TestNamespace namespace, String instance) {
        return Awaitility.await("first start of " + instance)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> state(namespace, instance), state -> !state.equals("waiting"))
                .equals("running");
    }

    private static String state(TestNamespace namespace, String instance) {
        Pod pod = namespace.client().pods().withName(instance + "-0").get();
        if (pod == null || pod.getStatus().getInitContainerStatuses().isEmpty()) {
            return "waiting";
        }
        ContainerStatus status = pod.getStatus().getInitContainerStatuses().getFirst();
        if (status.getState().getRunning() != null) {
            return "running";
        }
        var terminated = status.getState().getTerminated();
        return terminated != null && Objects.equals(terminated.getExitCode(), 0) ? "done" : "waiting";
    }

    private static boolean kill(TestNamespace namespace, String instance) {
        try {
            namespace.cluster().faults().kill(namespace.pod(instance), "initialize");
            return true;
        } catch (AssertionError e) {
            // It has ended between the look and the kill.
            return false;
        }
    }

    /** The moment of a kill is the one thing here that is not waited for. */
    private static void pause(int milliseconds) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(10))
                .until(() -> System.nanoTime() >= until);
    }

    private static void assertSafe(TestNamespace namespace, Sets sets, String name) throws SQLException {
        for (String instance : List.of(name + "-1", name + "-2")) {
            String ip = namespace.mysql().podIp(instance);
            assertThatThrownBy(() -> MysqlClient.connect(ip, 3306, new MysqlClient.Login("root", ""), ""))
                    .isInstanceOf(SQLException.class);
            assertThat(namespace
                            .tryKubectl(
                                    "exec",
                                    instance + "-0",
                                    "-c",
                                    "mysqld",
                                    "--",
                                    "mysql",
                                    "-uroot",
                                    "--skip-password",
                                    "-e",
                                    "SELECT 1")
                            .all())
                    .contains("Access denied");
        }
        try (Session replica = namespace.mysql().admin(name, name + "-2")) {
            assertThat(replica.number("SELECT LOCATE(@@server_uuid, @@gtid_executed)"))
                    .isZero();
        }
        assertThat(sets.status(name).ready()).isEqualTo("1/1");
    }
}
