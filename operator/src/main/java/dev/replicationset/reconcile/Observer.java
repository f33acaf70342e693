package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.cluster.LiveObjects;
import dev.replicationset.desired.Labels;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Puts together what is seen of a set: its objects from the caches, its servers from the pollers, and what failed lately.
 * Sees to it that each server with an address is polled.
 */
final class Observer {
    private final SetObjects objects;
    private final Monitor monitor;
    private final Freshness freshness;
    private final OperatorLogins logins;
    private final FailureMemory failures;
    private final Clock clock;
    private final Map<SetId, String> prepared = new ConcurrentHashMap<>();

    Observer(
            SetObjects objects,
            Monitor monitor,
            Freshness freshness,
            OperatorLogins logins,
            FailureMemory failures,
            Clock clock) {
        this.objects = objects;
        this.monitor = monitor;
        this.freshness = freshness;
        this.logins = logins;
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
        LiveObjects live = LiveObjects.of(resource, objects.of(resource));
        Map<String, InstanceView> instances = live.instances(name -> server(id, name));
        watch(resource, id, instances);
        return new Observation(
                id,
                clock.instant(),
                resource.isMarkedForDeletion(),
                resource.getMetadata().getGeneration(),
                resource.getMetadata().getResourceVersion(),
                resource.getSpec(),
                resource.getStatus(),
                instances,
                live.drift(),
                failures.of(id),
                Labels.annotation(resource, Labels.PROMOTE),
                !secretsVersion(resource).equals(prepared.get(id)));
    }

    /** The schema and the owner were prepared with the Secrets as they are now. */
    void prepared(MySQLReplicationSet resource) {
        prepared.put(idOf(resource), secretsVersion(resource));
    }

    /** Only sees to it that the servers are polled, so that an operator in waiting knows them when it takes over. */
    void warm(MySQLReplicationSet resource) {
        LiveObjects live = LiveObjects.of(resource, objects.of(resource));
        watch(resource, idOf(resource), live.instances(name -> ServerView.UNKNOWN));
    }

    /** The operator's login to the servers of a set, as the pollers use it. */
    Optional<Login> login(MySQLReplicationSet resource, SetId id) {
        boolean refused = monitor.watched(id).stream()
                .anyMatch(name -> monitor.view(id, name) instanceof ServerView.Unreachable away
                        && away.cause() == ServerView.Cause.AccessDenied);
        return logins.of(id, secretsVersion(resource), refused);
    }

    /** Changes when a Secret of the set that is in the caches does. */
    private String secretsVersion(MySQLReplicationSet resource) {
        return objects.of(resource).stream()
                .filter(Secret.class::isInstance)
                .map(secret -> secret.getMetadata().getResourceVersion())
                .sorted()
                .collect(Collectors.joining(","));
    }

    void forget(SetId id) {
        monitor.unwatchSet(id);
        logins.forget(id);
        failures.forget(id);
        prepared.remove(id);
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

    /** What was seen of a server before it was last acted on tells nothing, nor does what may be undone by a late statement. */
    private ServerView server(SetId id, String instance) {
        ServerView view = monitor.view(id, instance);
        return monitor.settled(id, instance) && freshness.tells(id, instance, view) ? view : ServerView.UNKNOWN;
    }
}
