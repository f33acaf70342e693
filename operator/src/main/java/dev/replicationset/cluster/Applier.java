package dev.replicationset.cluster;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.desired.Credentials;
import dev.replicationset.desired.DesiredObjects;
import dev.replicationset.desired.Existing;
import dev.replicationset.desired.Labels;
import dev.replicationset.desired.Names;
import dev.replicationset.topology.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes objects what they should be, by server-side apply. Secrets that are missing come first and are only ever
 * created, so that no password is replaced; then everything else at once; then StatefulSets, whose pods need the rest. An
 * object that is refused holds back only the StatefulSets that need it.
 */
final class Applier {
    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

    private final KubernetesClient client;
    private final RandomGenerator passwords;

    Applier(KubernetesClient client, RandomGenerator passwords) {
        this.client = client;
        this.passwords = passwords;
    }

    void apply(MySQLReplicationSet resource, Set<ObjectRef> objects) {
        Map<String, Secret> secrets = secrets(resource);
        if (secrets.size() < Credentials.secretNames(resource).size()) {
            createMissing(resource, secrets);
            secrets = secrets(resource);
        }
        secrets.values().forEach(secret -> label(resource, secret));

        Existing existing = new Existing(secrets, volumes(resource, objects));
        Map<Boolean, List<HasMetadata>> wanted = DesiredObjects.of(resource, existing, passwords).entrySet().stream()
                .filter(entry -> objects.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.partitioningBy(StatefulSet.class::isInstance));
        Map<ObjectRef, RuntimeException> failed =
                new TreeMap<>(applyAll(resource, wanted.getOrDefault(false, List.of())));
        List<HasMetadata> startable = wanted.getOrDefault(true, List.of()).stream()
                .filter(statefulSet -> failed.keySet().stream().noneMatch(ref -> needs(statefulSet, ref)))
                .toList();
        failed.putAll(applyAll(resource, startable));
        failed.values().stream().findFirst().ifPresent(failure -> {
            throw failure;
        });
    }

    /** Its own ConfigMap and volume, and the Secret with the accounts: a pod doesn't start without them. */
    private static boolean needs(HasMetadata statefulSet, ObjectRef ref) {
        return ref.name().equals(statefulSet.getMetadata().getName())
                || ref.kind().equals(HasMetadata.getKind(Secret.class));
    }

    /** The Secrets of the set that exist, by name. */
    Map<String, Secret> secrets(MySQLReplicationSet resource) {
        Map<String, Secret> found = new HashMap<>();
        for (String name : Credentials.secretNames(resource)) {
            secret(resource.getMetadata().getNamespace(), name).ifPresent(secret -> found.put(name, secret));
        }
        return found;
    }

    Optional<Secret> secret(String namespace, String name) {
        return Optional.ofNullable(
                client.secrets().inNamespace(namespace).withName(name).get());
    }

    private void createMissing(MySQLReplicationSet resource, Map<String, Secret> existing) {
        for (Secret secret : Credentials.of(resource, existing, passwords).secrets()) {
            if (existing.containsKey(secret.getMetadata().getName())) {
                continue;
            }
            try {
                client.resource(withoutOwner(secret)).create();
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
                LOG.info("{} was made by somebody else meanwhile; it is used as it is", DesiredObjects.ref(secret));
            }
        }
    }

    // What is given at creation, server-side apply can't take away later: so the owner comes by apply.
    private static Secret withoutOwner(Secret secret) {
        return new SecretBuilder(secret)
                .editMetadata()
                .withAnnotations(Map.of())
                .withOwnerReferences(List.of())
                .endMetadata()
                .build();
    }

    // A Secret that the user made wears no label of ours. With this one alone the caches hold it, and changes are seen.
    private void label(MySQLReplicationSet resource, Secret secret) {
        String set = resource.getMetadata().getName();
        if (!Labels.isOf(set, secret)) {
            client.resource(secret).patch(Patches.MERGE, Patches.labels(Map.of(Labels.SET, set)));
        }
    }

    private Map<String, PersistentVolumeClaim> volumes(MySQLReplicationSet resource, Set<ObjectRef> objects) {
        Map<String, PersistentVolumeClaim> found = new HashMap<>();
        for (InstanceStatus member : resource.getStatus().instances()) {
            if (objects.contains(new ObjectRef("PersistentVolumeClaim", member.name()))) {
                PersistentVolumeClaim claim = client.persistentVolumeClaims()
                        .inNamespace(resource.getMetadata().getNamespace())
                        .withName(member.name())
                        .get();
                if (claim != null) {
                    found.put(member.name(), claim);
                }
            }
        }
        return found;
    }

    /** What could not be applied, and why. */
    private Map<ObjectRef, RuntimeException> applyAll(MySQLReplicationSet resource, List<HasMetadata> objects) {
        Map<ObjectRef, RuntimeException> failed = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            objects.forEach(object -> threads.execute(() -> {
                try {
                    apply(resource, object);
                } catch (RuntimeException e) {
                    failed.put(DesiredObjects.ref(object), e);
                }
            }));
        }
        return failed;
    }

    /** Somebody else's object of the same name is left alone: what it is there for is not known here. */
    private void apply(MySQLReplicationSet resource, HasMetadata object) {
        HasMetadata present = client.resource(object).get();
        String set = resource.getMetadata().getName();
        if (present != null && !Labels.isOf(set, present)) {
            throw new IllegalStateException(
                    "%s exists and is not this set's. Delete it, or choose another name for the set; to hand it over, label it %s=%s"
                            .formatted(DesiredObjects.ref(object), Labels.SET, set));
        }
        client.resource(object).fieldManager(Names.OPERATOR).forceConflicts().serverSideApply();
    }
}
