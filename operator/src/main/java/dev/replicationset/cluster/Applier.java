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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes objects what they should be, by server-side apply. Secrets that are missing come first and are only ever
 * created, so that no password is replaced; then everything else at once; then StatefulSets, whose pods need the rest.
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

        List<HasMetadata> first = new ArrayList<>();
        List<HasMetadata> last = new ArrayList<>();
        Existing existing = new Existing(secrets, volumes(resource, objects));
        DesiredObjects.of(resource, existing, passwords).forEach((ref, object) -> {
            if (objects.contains(ref)) {
                (object instanceof StatefulSet ? last : first).add(object);
            }
        });
        applyAll(resource, first);
        applyAll(resource, last);
    }

    /** The Secrets of the set that exist, by name. */
    Map<String, Secret> secrets(MySQLReplicationSet resource) {
        Map<String, Secret> found = new HashMap<>();
        for (String name : Credentials.secretNames(resource)) {
            Secret secret = client.secrets()
                    .inNamespace(resource.getMetadata().getNamespace())
                    .withName(name)
                    .get();
            if (secret != null) {
                found.put(name, secret);
            }
        }
        return found;
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

    private void applyAll(MySQLReplicationSet resource, List<HasMetadata> objects) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> results = new ArrayList<>();
            objects.forEach(object -> results.add(threads.submit(() -> apply(resource, object))));
            for (Future<?> result : results) {
                result.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while objects were applied", e);
        }
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
