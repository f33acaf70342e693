package dev.replicationset.e2e.bench;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * When things came to be: by watches of the API server, or by asking every few milliseconds. Of the same clock as the logs
 * of a cluster that is on this machine.
 */
final class Moments {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(10);

    private Moments() {}

    /** From one moment to another, in seconds. */
    static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    /** When the object is as wanted; {@code null} while it isn't there. */
    static <T> Instant when(Resource<T> object, Predicate<@Nullable T> wanted) {
        object.waitUntilCondition(wanted, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return Instant.now();
    }

    static Instant ready(Sets sets, String set) {
        return when(sets.operation().withName(set), Sets::ready);
    }

    /** When the set's status speaks of this generation of the spec. */
    static Instant observed(Sets sets, MySQLReplicationSet wish) {
        long generation = wish.getMetadata().getGeneration();
        return when(
                sets.operation().withName(wish.getMetadata().getName()),
                set -> set != null
                        && Optional.ofNullable(set.getStatus().observedGeneration())
                                .filter(seen -> seen >= generation)
                                .isPresent());
    }

    /** When the Service of a set's readers leads to pods as wanted, each by its name. */
    static Instant reads(KubernetesClient client, String set, Predicate<Set<String>> wanted) {
        client.discovery()
                .v1()
                .endpointSlices()
                .withLabel("kubernetes.io/service-name", set + "-replicas")
                .informOnCondition(slices -> wanted.test(pods(slices)))
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return Instant.now();
    }

    private static Set<String> pods(List<EndpointSlice> slices) {
        return slices.stream()
                .flatMap(slice -> Optional.ofNullable(slice.getEndpoints()).orElse(List.of()).stream())
                .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                .map(endpoint -> endpoint.getTargetRef().getName())
                .collect(Collectors.toSet());
    }

    /** When the mysqld of a pod first greets a client, which is when it lets one in. */
    static Instant greeting(TestNamespace namespace, String pod) {
        Pod found = namespace
                .client()
                .pods()
                .withName(pod)
                .waitUntilCondition(
                        p -> p != null && p.getStatus().getPodIP() != null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        InetSocketAddress server = new InetSocketAddress(found.getStatus().getPodIP(), 3306);
        Awaitility.await("greeting of " + pod)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(LOOK)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> greets(server));
        return Instant.now();
    }

    private static boolean greets(InetSocketAddress server) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, 500);
            socket.setSoTimeout(1000);
            return socket.getInputStream().read() >= 0;
        }
    }
}
