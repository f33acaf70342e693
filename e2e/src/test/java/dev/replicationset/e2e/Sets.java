package dev.replicationset.e2e;

import dev.replicationset.api.ConditionType;
import dev.replicationset.api.Durability;
import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.MySQLReplicationSetStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The sets of one namespace: makes them, changes them, waits for what their status says. */
public final class Sets {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final KubernetesClient client;

    Sets(KubernetesClient client) {
        this.client = client;
    }

    /**
     * A set with a bootstrap database {@code app} and instances small enough to run many of them on one machine. A test
     * changes the YAML's tree when it wants more.
     */
    public static MySQLReplicationSet small(String name, int replicas) {
        return small(name, replicas, "");
    }

    /**
     * @param more further lines of {@code spec}, in YAML
     */
    public static MySQLReplicationSet small(String name, int replicas, String more) {
        String yaml = """
                apiVersion: replicationset.dev/v1alpha1
                kind: MySQLReplicationSet
                metadata:
                  name: %s
                spec:
                  replicas: %d
                  storage:
                    size: 1Gi
                  bootstrap:
                    database: app
                  mysqld:
                    innodb_buffer_pool_size: 32M
                    innodb_log_buffer_size: 2M
                    max_connections: "60"
                    table_open_cache: "400"
                    table_definition_cache: "400"
                    performance_schema_max_table_instances: "500"
                    performance_schema_max_digest_length: "64"
                    performance_schema_digests_size: "50"
                    performance_schema_events_statements_history_long_size: "10"
                    performance_schema_events_waits_history_long_size: "10"
                    performance_schema_events_stages_history_long_size: "10"
                    performance_schema_events_transactions_history_long_size: "10"
                """.formatted(name, replicas);
        return read(yaml + more.indent(2));
    }

    public static MySQLReplicationSet read(String yaml) {
        return Serialization.unmarshal(yaml, MySQLReplicationSet.class);
    }

    public MySQLReplicationSet apply(Path yaml) {
        return apply(read(Project.read(yaml)));
    }

    /** Creates the set or changes it, as {@code kubectl apply --server-side} does. */
    public MySQLReplicationSet apply(MySQLReplicationSet set) {
        return operation().resource(set).fieldManager("e2e").forceConflicts().serverSideApply();
    }

    /** As an autoscaler does, through the scale subresource. */
    public void scale(String name, int replicas) {
        operation().withName(name).scale(replicas);
    }

    public void delete(String name) {
        operation().withName(name).delete();
    }

    public MySQLReplicationSet get(String name) {
        return find(name).orElseThrow(() -> new AssertionError("no set " + name));
    }

    public Optional<MySQLReplicationSet> find(String name) {
        return Optional.ofNullable(operation().withName(name).get());
    }

    public MySQLReplicationSetStatus status(String name) {
        return Optional.ofNullable(get(name).getStatus()).orElse(MySQLReplicationSetStatus.EMPTY);
    }

    public static Optional<Condition> condition(MySQLReplicationSetStatus status, ConditionType type) {
        return status.conditions().stream()
                .filter(c -> c.getType().equals(type.name()))
                .findFirst();
    }

    /** Whether the set is there, and Ready in its present generation. */
    public static boolean ready(@Nullable MySQLReplicationSet set) {
        return set != null && holds(set, ConditionType.Ready, "True");
    }

    private static boolean holds(MySQLReplicationSet set, ConditionType type, String value) {
        return Optional.ofNullable(set.getStatus())
                .filter(status -> set.getMetadata().getGeneration().equals(status.observedGeneration()))
                .flatMap(status -> condition(status, type))
                .filter(c -> c.getStatus().equals(value))
                .isPresent();
    }

    /** Waits until the set is Ready in its present generation. */
    public MySQLReplicationSetStatus awaitReady(String name, Duration patience) {
        return awaitCondition(name, ConditionType.Ready, true, patience);
    }

    /**
     * Waits until the set is Ready, no change of primary is under way, and every replica follows the present primary and
     * acknowledges its writes, if the spec wants any to.
     */
    public MySQLReplicationSetStatus awaitSettled(String name, Duration patience) {
        return Awaitility.await("set " + name + " is settled")
                .atMost(patience)
                .pollInterval(LOOK)
                .until(() -> get(name), Sets::settled)
                .getStatus();
    }

    private static boolean settled(MySQLReplicationSet set) {
        MySQLReplicationSetStatus status = set.getStatus();
        String primary = status.primary();
        boolean acknowledging = set.getSpec().durability() != Durability.Async;
        return primary != null
                && ready(set)
                && status.transition() == null
                && status.instances().size() == set.getSpec().size()
                && status.instances().stream()
                        .filter(instance -> !instance.name().equals(primary))
                        .allMatch(replica -> follows(replica, primary)
                                && acknowledging == status.acknowledging().contains(replica.name()));
    }

    private static boolean follows(InstanceStatus replica, String primary) {
        return replica.role() == InstanceRole.Replica
                && primary.equals(replica.source())
                && "Yes".equals(replica.ioThread())
                && "Yes".equals(replica.sqlThread());
    }

    /**
     * Gives new pods to the replicas whose mysqld has been started again: kubelet lets a container wait that ends a second
     * time within ten minutes. Waits until the set is settled.
     */
    public void renewReplicas(String name, Duration patience) {
        for (String replica : replicas(name)) {
            Pod pod = client.pods().withName(replica + "-0").require();
            if (pod.getStatus().getContainerStatuses().stream().anyMatch(c -> c.getRestartCount() > 0)) {
                client.resource(pod).delete();
                String former = pod.getMetadata().getUid();
                Awaitility.await("a new pod of " + replica)
                        .atMost(patience)
                        .until(() -> Optional.ofNullable(
                                        client.pods().withName(replica + "-0").get())
                                .filter(present ->
                                        !present.getMetadata().getUid().equals(former) && Readiness.isPodReady(present))
                                .isPresent());
            }
        }
        awaitSettled(name, patience);
    }

    /** Waits until a condition is true or false in the set's present generation. */
    public MySQLReplicationSetStatus awaitCondition(
            String name, ConditionType type, boolean wanted, Duration patience) {
        String value = wanted ? "True" : "False";
        Awaitility.await("set " + name + ": " + type + " is " + value)
                .atMost(patience)
                .pollInterval(LOOK)
                .until(() -> get(name), set -> holds(set, type, value));
        return status(name);
    }

    /** Waits until the status is as wanted; {@code what} tells it to people. */
    public MySQLReplicationSetStatus await(
            String name, String what, Duration patience, Predicate<MySQLReplicationSetStatus> wanted) {
        return Awaitility.await("set " + name + ": " + what)
                .atMost(patience)
                .pollInterval(LOOK)
                .until(() -> status(name), wanted);
    }

    /** Waits until the set has that member, and its status is as wanted; {@code what} tells it to people. */
    public void awaitInstance(
            String name, String instance, String what, Duration patience, Predicate<InstanceStatus> wanted) {
        await(
                name,
                what,
                patience,
                status -> status.instance(instance).filter(wanted).isPresent());
    }

    /** The name of the instance that is the primary. */
    public String primary(String name) {
        return Optional.ofNullable(status(name).primary())
                .orElseThrow(() -> new AssertionError("set " + name + " has no primary"));
    }

    /** The names of the replicas that are members. */
    public List<String> replicas(String name) {
        return status(name).instances().stream()
                .filter(instance -> instance.role() == InstanceRole.Replica)
                .map(InstanceStatus::name)
                .toList();
    }

    public List<Pod> pods(String name) {
        return client.pods().withLabel("replicationset.dev/set", name).list().getItems();
    }

    /** The typed operation, for what this class has no word for. */
    public MixedOperation<
                    MySQLReplicationSet,
                    io.fabric8.kubernetes.api.model.KubernetesResourceList<MySQLReplicationSet>,
                    Resource<MySQLReplicationSet>>
            operation() {
        return client.resources(MySQLReplicationSet.class);
    }
}
