package dev.replicationset.cluster;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.desired.Credentials;
import dev.replicationset.desired.Labels;
import dev.replicationset.desired.Names;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.EventKind;
import dev.replicationset.topology.ObjectRef;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.SetId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API server, by way of fabric8's client. Nothing is read from a cache. Each call is one or a few requests; how long
 * a request may take, and how often it is tried, is the client's own configuration, which should say about two seconds
 * and once.
 *
 * <p>A request that fails ends in a {@link KubernetesClientException}; a set that is not the one that was meant, because
 * the resource is gone or was made anew, in an {@link IllegalStateException}.
 */
public final class KubernetesCluster implements ClusterPort {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesCluster.class);
    private static final int DELETE_ATTEMPTS = 3;

    private final KubernetesClient client;
    private final Applier applier;
    private final Events events;

    /**
     * @param passwords a secure source
     * @param reporter the operator's pod, named in events
     */
    public KubernetesCluster(KubernetesClient client, RandomGenerator passwords, Clock clock, String reporter) {
        this.client = client;
        this.applier = new Applier(client, passwords);
        this.events = new Events(client, clock, reporter);
    }

    @Override
    public String recordStatus(SetId set, String resourceVersion, MySQLReplicationSetStatus next) throws Conflict {
        // Without the spec, which the status subresource leaves alone. The server compares version and UID.
        MySQLReplicationSet resource = new MySQLReplicationSet();
        resource.setMetadata(new ObjectMetaBuilder()
                .withNamespace(set.namespace())
                .withName(set.name())
                .withUid(set.uid())
                .withResourceVersion(resourceVersion)
                .build());
        resource.setStatus(next);
        try {
            return client.resource(resource).updateStatus().getMetadata().getResourceVersion();
        } catch (KubernetesClientException e) {
            if (isGone(e)) {
                throw new Conflict(set + " has moved on since version " + resourceVersion + " was read");
            }
            throw e;
        }
    }

    /** Someone's newer request stays: the server compares the annotation's present value. */
    @Override
    public void consumePromote(SetId set, String request) {
        MySQLReplicationSet found = read(set);
        if (request.equals(Labels.annotation(found, Labels.PROMOTE).orElse(null))) {
            Map<String, @Nullable Object> gone = new HashMap<>();
            gone.put(Labels.PROMOTE, null);
            client.resource(found)
                    .patch(
                            Patches.MERGE,
                            Patches.annotations(gone, found.getMetadata().getResourceVersion()));
        }
    }

    @Override
    public MySQLReplicationSetStatus readStatus(SetId set) {
        return read(set).getStatus();
    }

    /** @throws dev.replicationset.desired.InvalidSecretException when a Secret that exists can't be used */
    @Override
    public void apply(SetId set, Set<ObjectRef> objects) {
        applier.apply(read(set), objects);
    }

    @Override
    public void recordOnVolume(
            SetId set, String instance, InstanceRole role, Optional<String> serverUuid, long epoch, int lastNumber) {
        volume(set, instance)
                .patch(Patches.MERGE, Patches.annotations(Volumes.recorded(role, serverUuid, epoch, lastNumber)));
    }

    @Override
    public void label(SetId set, String instance, String podUid, RoleLabels labels) {
        try {
            pod(set, instance).patch(Patches.MERGE, Patches.labels(Labels.patch(labels), podUid));
        } catch (KubernetesClientException e) {
            if (!isGone(e) && !isOfAnotherUid(e)) {
                throw e;
            }
            LOG.debug("pod {} of {} is gone, and not labelled", podUid, instance);
        }
    }

    /** @throws IllegalStateException when the instance is a member, or none of this set */
    @Override
    public void removeInstance(SetId set, String instance, boolean deleteVolume) {
        if (Names.number(set.name(), instance).isEmpty()) {
            throw new IllegalStateException(instance + " is no instance of " + set);
        }
        if (read(set).getStatus().instance(instance).isPresent()) {
            throw new IllegalStateException(instance + " is a member of " + set + ", and is not removed");
        }
        Predicate<HasMetadata> ofThisSet = object -> Labels.isOf(set.name(), object);
        delete(client.apps().statefulSets().inNamespace(set.namespace()).withName(instance), ofThisSet);
        delete(client.configMaps().inNamespace(set.namespace()).withName(instance), ofThisSet);
        if (deleteVolume) {
            delete(volume(set, instance), ofThisSet);
        } else {
            retire(set, instance);
        }
    }

    private void retire(SetId set, String instance) {
        try {
            volume(set, instance).patch(Patches.MERGE, Patches.annotations(Map.of(Labels.RETIRED, "true")));
        } catch (KubernetesClientException e) {
            if (!isGone(e)) {
                throw e;
            }
            LOG.info("there is no volume of {} to keep", instance);
        }
    }

    @Override
    public void restartPod(SetId set, String instance, String podUid) {
        delete(pod(set, instance), pod -> podUid.equals(pod.getMetadata().getUid()));
    }

    /** @throws dev.replicationset.desired.InvalidSecretException when a Secret is missing or can't be used */
    @Override
    public Accounts accounts(SetId set) {
        MySQLReplicationSet resource = read(set);
        return Credentials.existing(resource, applier.secrets(resource));
    }

    /** @throws dev.replicationset.desired.InvalidSecretException when that Secret is missing or can't be used */
    @Override
    public Accounts.Login operator(SetId set) {
        return Credentials.operator(set.name(), applier.secret(set.namespace(), Names.operatorSecret(set.name())));
    }

    @Override
    public void tell(SetId set, EventKind kind, String about, String message) {
        events.tell(set, kind, about, message);
    }

    private MySQLReplicationSet read(SetId set) {
        MySQLReplicationSet resource = client.resources(MySQLReplicationSet.class)
                .inNamespace(set.namespace())
                .withName(set.name())
                .get();
        if (resource == null || !set.uid().equals(resource.getMetadata().getUid())) {
            throw new IllegalStateException(set + " is gone, or was made anew");
        }
        if (resource.getStatus() == null) {
            resource.setStatus(MySQLReplicationSetStatus.EMPTY);
        }
        return resource;
    }

    /** Deletes the object if it is the one that is meant, and nothing that took its place meanwhile. */
    private static <T extends HasMetadata> void delete(Resource<T> place, Predicate<? super T> meant) {
        for (int attempt = 1; ; attempt++) {
            T found = place.get();
            if (found == null || found.isMarkedForDeletion() || !meant.test(found)) {
                return;
            }
            try {
                place.lockResourceVersion(found.getMetadata().getResourceVersion())
                        .delete();
                return;
            } catch (KubernetesClientException e) {
                if (!isGone(e) || attempt == DELETE_ATTEMPTS) {
                    throw e;
                }
                LOG.debug("{} changed while it was to be deleted; reading it again", found.getFullResourceName());
            }
        }
    }

    private Resource<Pod> pod(SetId set, String instance) {
        return client.pods().inNamespace(set.namespace()).withName(Names.pod(instance));
    }

    private Resource<PersistentVolumeClaim> volume(SetId set, String instance) {
        return client.persistentVolumeClaims().inNamespace(set.namespace()).withName(instance);
    }

    /** A patch that names another UID than the object's would change it, and is refused as invalid. */
    private static boolean isOfAnotherUid(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .map(Status::getDetails)
                .map(StatusDetails::getCauses)
                .orElse(List.of())
                .stream()
                .anyMatch(cause -> "metadata.uid".equals(cause.getField()));
    }

    /** Whether the object that was meant is not there, or not as it was. */
    private static boolean isGone(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }
}
