package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Replicas come and go by number while clients write. */
@EndToEnd
class ScalingIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void outAndInAndToZeroAndBackUnderWriters(TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 2));
        sets.awaitReady("orders", PATIENCE);
        try (Writers writers = namespace.writers("orders", 2)) {
            for (int replicas : new int[] {4, 1, 0, 2}) {
                sets.scale("orders", replicas);
                sets.awaitReady("orders", PATIENCE);
                assertThat(sets.replicas("orders")).hasSize(replicas);
                writers.awaitProgress(Duration.ofSeconds(20));
            }
            writers.assertNothingLost();
            for (String replica : sets.replicas("orders")) {
                writers.assertNothingLostOn(replica, Duration.ofSeconds(30));
            }
        }
        // Numbers are never used twice; the volumes of removed replicas are gone, as the spec says by default.
        assertThat(sets.replicas("orders")).containsExactly("orders-6", "orders-7");
        Awaitility.await("only members' volumes are left")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(namespace
                                .client()
                                .persistentVolumeClaims()
                                .list()
                                .getItems())
                        .extracting(claim -> claim.getMetadata().getName())
                        .containsExactlyInAnyOrder("orders-1", "orders-6", "orders-7"));
    }

    @Test
    void aChangeOfMindIsObeyedAtOnce(TestNamespace namespace) {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 0));
        sets.awaitReady("orders", PATIENCE);
        sets.scale("orders", 3);
        sets.await(
                "orders",
                "three replicas are members",
                PATIENCE,
                status -> status.instances().size() == 4);

        sets.scale("orders", 1);

        sets.awaitReady("orders", PATIENCE);
        assertThat(sets.replicas("orders")).containsExactly("orders-2");
        Awaitility.await("nothing of the others is left")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                namespace.client().apps().statefulSets().list().getItems())
                        .hasSize(2));
    }

    @Test
    void volumesOfRemovedReplicasStayWhenTheSpecSaysSo(TestNamespace namespace) {
        Sets sets = namespace.sets();
        var set = Sets.read("""
                apiVersion: replicationset.dev/v1alpha1
                kind: MySQLReplicationSet
                metadata: {name: orders}
                spec:
                  replicas: 1
                  storage: {size: 1Gi, whenScaledIn: Retain}
                  mysqld: {innodb_buffer_pool_size: 32M}
                """);
        sets.apply(set);
        sets.awaitReady("orders", PATIENCE);

        sets.scale("orders", 0);
        sets.awaitReady("orders", PATIENCE);

        var claim =
                namespace.client().persistentVolumeClaims().withName("orders-2").get();
        assertThat(claim.getMetadata().getDeletionTimestamp()).isNull();
        assertThat(claim.getMetadata().getAnnotations()).containsEntry("replicationset.dev/retired", "true");
    }
}
