package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Clock;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts together what is seen of a set: its objects from the caches, its servers from the pollers, and what failed lately.
 * Sees to it that each server with an address is polled.
 */
final class Observer {
    private final ClusterReader reader;
    private final SetObjects objects;
    private final Monitor monitor;
    private final Credentials credentials;
    private final FailureMemory failures;
    private final Clock clock;

    Observer(
            ClusterReader reader,
            SetObjects objects,
            Monitor monitor,
            Credentials credentials,
            FailureMemory failures,
            Clock clock) {
        this.reader = reader;
        this.objects = objects;
        this.monitor = monitor;
        this.credentials = credentials;
        this.failures = failures;
        this.clock = clock;
    }

    static SetId idOf(MySQLReplicationSet resource) {
        return new SetId(
                resource.getMetadata().getNamespace(),
                resource.getMetadata().getName(),
                resource.getMetadata().getUid());
    }

    Observation observe(MySQLReplicationSet resource) {
        SetId id = idOf(resource);
        ClusterReader.ClusterView cluster = reader.read(resource, objects);
        watch(resource, id, cluster.instances());
        Map<String, InstanceView> instances = new LinkedHashMap<>();
        cluster.instances().forEach((name, view) -> instances.put(name, withServer(id, view)));
        return new Observation(
                id,
                clock.instant(),
                resource.isMarkedForDeletion(),
                resource.getMetadata().getGeneration(),
                resource.getMetadata().getResourceVersion(),
                resource.getSpec(),
                resource.getStatus(),
                Collections.unmodifiableMap(instances),
                cluster.drift(),
                failures.of(id));
    }

    /** Only sees to it that the servers are polled, so that an operator in waiting knows them when it takes over. */
    void warm(MySQLReplicationSet resource) {
        watch(resource, idOf(resource), reader.read(resource, objects).instances());
    }

    /** The operator's login to the servers of a set, as the pollers use it. */
    Optional<Login> login(MySQLReplicationSet resource, SetId id) {
        boolean refused = monitor.watched(id).stream()
                .anyMatch(name -> monitor.view(id, name) instanceof ServerView.Unreachable away
                        && away.cause() == ServerView.Cause.AccessDenied);
        String version = objects.of(resource, Secret.class).stream()
                .map(secret -> secret.getMetadata().getResourceVersion())
                .sorted()
                .collect(Collectors.joining(","));
        return credentials.of(id, version, refused);
    }

    void forget(SetId id) {
        monitor.unwatchSet(id);
        credentials.forget(id);
        failures.forget(id);
    }

    private void watch(MySQLReplicationSet resource, SetId id, Map<String, InstanceView> instances) {
        Set<String> gone = new HashSet<>(monitor.watched(id));
        Map<String, ServerAddress> addresses = new LinkedHashMap<>();
        instances.forEach(
                (name, view) -> ServerAddress.of(id, view).ifPresent(address -> addresses.put(name, address)));
        gone.removeAll(addresses.keySet());
        gone.forEach(name -> monitor.unwatch(id, name));
        if (addresses.isEmpty()) {
            return;
        }
        login(resource, id)
                .ifPresent(login -> addresses.values().forEach(address -> monitor.watch(id, address, login)));
        monitor.judge(
                id,
                Optional.ofNullable(resource.getStatus().primary()),
                resource.getSpec().reads().maxLagDuration());
    }

    private InstanceView withServer(SetId id, InstanceView view) {
        ServerView server = monitor.settled(id, view.name()) ? monitor.view(id, view.name()) : ServerView.UNKNOWN;
        return new InstanceView(view.name(), view.number(), view.statefulSet(), view.volume(), view.pod(), server);
    }
}
