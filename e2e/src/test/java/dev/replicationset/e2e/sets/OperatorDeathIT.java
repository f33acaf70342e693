package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import io.fabric8.kubernetes.api.model.Pod;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Operators are killed at random all the while; whoever comes next finishes what was begun. */
@EndToEnd
class OperatorDeathIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void everythingGetsDoneWhileOperatorsDie(TestNamespace namespace, OperatorInstall operator) throws Exception {
        Sets sets = namespace.sets();
        AtomicBoolean enough = new AtomicBoolean();
        Thread reaper = Thread.ofVirtual().start(() -> killOperators(namespace, operator, enough));
        try {
            sets.apply(Sets.small("orders", 1));
            sets.awaitReady("orders", PATIENCE);
            try (Writers writers = namespace.writers("orders", 2)) {
                for (int replicas : new int[] {2, 0, 1}) {
                    sets.scale("orders", replicas);
                    sets.awaitReady("orders", PATIENCE);
                }
                namespace.cluster().faults().kill(namespace.pod(sets.primary("orders")));
                writers.awaitProgress(Duration.ofMinutes(2));
                enough.set(true);
                reaper.join();
                sets.awaitReady("orders", PATIENCE);
                assertNothingLost(writers, sets);
            }
        } finally {
            enough.set(true);
            reaper.join();
        }
        assertThat(sets.replicas("orders")).hasSize(1);
    }

    private static void assertNothingLost(Writers writers, Sets sets) throws SQLException {
        writers.assertNothingLost();
        for (String replica : sets.replicas("orders")) {
            writers.assertNothingLostOn(replica, Duration.ofSeconds(30));
        }
    }

    /** Each lives for some seconds: one that never comes to lead would show nothing. */
    private static void killOperators(TestNamespace namespace, OperatorInstall operator, AtomicBoolean enough) {
        Random random = new Random(4711);
        while (!enough.get()) {
            LockSupport.parkNanos(Duration.ofMillis(6000 + random.nextInt(8000)).toNanos());
            List<Pod> pods = operator.pods();
            if (!pods.isEmpty() && !enough.get()) {
                Pod victim = pods.get(random.nextInt(pods.size()));
                namespace
                        .cluster()
                        .client()
                        .pods()
                        .inNamespace(OperatorInstall.NAMESPACE)
                        .withName(victim.getMetadata().getName())
                        .withGracePeriod(0)
                        .delete();
            }
        }
    }
}
