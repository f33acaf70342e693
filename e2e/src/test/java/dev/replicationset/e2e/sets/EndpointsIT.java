package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Where the Services lead. */
@EndToEnd
class EndpointsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void aFrozenReplicaLeavesTheReadEndpointAndComesBack(TestNamespace namespace) {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 2));
        sets.awaitReady("orders", PATIENCE);
        awaitLeadsTo(namespace, "orders-primary", Set.of("orders-1-0"), Duration.ofSeconds(5));
        awaitLeadsTo(namespace, "orders-replicas", Set.of("orders-2-0", "orders-3-0"), Duration.ofSeconds(5));

        namespace.cluster().faults().freeze(namespace.pod("orders-2"));
        awaitLeadsTo(namespace, "orders-replicas", Set.of("orders-3-0"), Duration.ofSeconds(10));
        namespace.cluster().faults().freeze(namespace.pod("orders-3"));
        awaitLeadsTo(namespace, "orders-replicas", Set.of("orders-1-0"), Duration.ofSeconds(10));

        namespace.cluster().faults().thaw(namespace.pod("orders-2"));
        namespace.cluster().faults().thaw(namespace.pod("orders-3"));
        awaitLeadsTo(namespace, "orders-replicas", Set.of("orders-2-0", "orders-3-0"), Duration.ofSeconds(30));
        for (String instance : List.of("orders-2", "orders-3")) {
            Pod pod = namespace.client().pods().withName(instance + "-0").get();
            assertThat(pod.getStatus().getContainerStatuses().getFirst().getRestartCount())
                    .isZero();
        }
    }

    @Test
    void withoutFallbackItLeadsNowhereAndAReplicaThatAppliesNothingLeavesIt(TestNamespace namespace)
            throws InterruptedException {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 1, "reads: {fallbackToPrimary: false, maxLag: 2s}\n"));
        sets.awaitReady("orders", PATIENCE);
        awaitLeadsTo(namespace, "orders-replicas", Set.of("orders-2-0"), Duration.ofSeconds(5));

        namespace.cluster().faults().freeze(namespace.pod("orders-2"));
        awaitLeadsTo(namespace, "orders-replicas", Set.of(), Duration.ofSeconds(10));
        namespace.cluster().faults().thaw(namespace.pod("orders-2"));
        awaitLeadsTo(namespace, "orders-replicas", Set.of("orders-2-0"), Duration.ofSeconds(30));

        // The applier stalls behind a lock: both threads run, and the heartbeat does not arrive.
        Thread locking = Thread.ofVirtual()
                .start(() -> namespace.asRoot("orders-2", "FLUSH TABLES WITH READ LOCK; DO SLEEP(15)"));
        awaitLeadsTo(namespace, "orders-replicas", Set.of(), Duration.ofSeconds(15));
        awaitLeadsTo(namespace, "orders-replicas", Set.of("orders-2-0"), Duration.ofSeconds(30));
        locking.join();
    }

    private static void awaitLeadsTo(TestNamespace namespace, String service, Set<String> pods, Duration patience) {
        Awaitility.await(service + " leads to " + pods)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> leadsTo(namespace, service).equals(pods));
    }

    private static Set<String> leadsTo(TestNamespace namespace, String service) {
        List<EndpointSlice> slices = namespace
                .client()
                .discovery()
                .v1()
                .endpointSlices()
                .withLabel("kubernetes.io/service-name", service)
                .list()
                .getItems();
        return slices.stream()
                .flatMap(slice -> Optional.ofNullable(slice.getEndpoints()).orElse(List.of()).stream())
                .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                .map(endpoint -> endpoint.getTargetRef().getName())
                .collect(Collectors.toSet());
    }
}
