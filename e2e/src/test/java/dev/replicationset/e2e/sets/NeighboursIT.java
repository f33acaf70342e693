package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.ConditionType;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Sets don't get in each other's way, and a paused one is left alone. */
@EndToEnd
class NeighboursIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void twoSetsAndTheSameNameInTwoNamespaces(TestNamespace namespace) throws SQLException {
        TestNamespace other = namespace.another("neighbour");
        namespace.sets().apply(Sets.small("orders", 1));
        namespace.sets().apply(Sets.small("orders-2", 0));
        other.sets().apply(Sets.small("orders", 0));
        namespace.sets().awaitReady("orders", PATIENCE);
        namespace.sets().awaitReady("orders-2", PATIENCE);
        other.sets().awaitReady("orders", PATIENCE);

        try (Session one = namespace.mysql().primary("orders");
                Session two = namespace.mysql().primary("orders-2");
                Session three = other.mysql().primary("orders")) {
            assertThat(one.value("SELECT @@server_uuid"))
                    .isNotEqualTo(two.value("SELECT @@server_uuid"))
                    .isNotEqualTo(three.value("SELECT @@server_uuid"));
        }
    }

    @Test
    void somebodyElsesObjectOfTheSameNameIsLeftAloneAndTold(TestNamespace namespace) {
        Sets sets = namespace.sets();
        namespace.kubectl("create", "configmap", "orders-1", "--from-literal=mine=yes");
        sets.apply(Sets.small("orders", 0));

        sets.await(
                "orders",
                "the cause is told",
                PATIENCE,
                status -> Sets.condition(status, ConditionType.Ready)
                        .filter(ready -> ready.getReason().equals("ActionFailed")
                                && ready.getMessage().contains("ConfigMap/orders-1 exists and is not this set's"))
                        .isPresent());
        assertThat(namespace.kubectl("get", "configmap", "orders-1", "-o", "jsonpath={.data}"))
                .isEqualTo("{\"mine\":\"yes\"}");
        Awaitility.await("an event")
                .atMost(PATIENCE)
                .until(() -> namespace
                        .kubectl("get", "events", "-o", "jsonpath={.items[*].reason}")
                        .contains("ActionFailed"));

        namespace.kubectl("delete", "configmap", "orders-1");
        sets.awaitReady("orders", PATIENCE);
    }

    @Test
    void aPausedSetIsReportedAndLeftAlone(TestNamespace namespace) {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 0));
        sets.awaitReady("orders", PATIENCE);

        sets.apply(Sets.small("orders", 1, "paused: true\n"));
        sets.awaitCondition("orders", ConditionType.Paused, true, PATIENCE);
        assertThat(sets.replicas("orders")).isEmpty();

        sets.apply(Sets.small("orders", 1, "paused: false\n"));
        sets.awaitReady("orders", PATIENCE);
        assertThat(sets.replicas("orders")).hasSize(1);
    }
}
