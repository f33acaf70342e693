package dev.replicationset.cluster;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.desired.Credentials;
import dev.replicationset.desired.DesiredObjects;
import dev.replicationset.desired.Existing;
import dev.replicationset.desired.InvalidSecretException;
import dev.replicationset.desired.Labels;
import dev.replicationset.desired.Names;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.ObjectRef;
import dev.replicationset.topology.ServerView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What exists of one set, as caches hold it. Nothing here asks the API server, and nothing is changed: cached objects
 * are shared.
 */
public final class LiveObjects {
    private final MySQLReplicationSet resource;
    private final Map<ObjectRef, HasMetadata> objects;

    private LiveObjects(MySQLReplicationSet resource, Map<ObjectRef, HasMetadata> objects) {
        this.resource = resource;
        this.objects = objects;
    }

    /**
     * @param cached objects of the resource's namespace that wear the label {@link Labels#SET}; those of other sets are
     *     left out here
     */
    public static LiveObjects of(MySQLReplicationSet resource, Collection<? extends HasMetadata> cached) {
        Map<ObjectRef, HasMetadata> objects = new TreeMap<>();
        for (HasMetadata object : cached) {
            if (Labels.isOf(resource.getMetadata().getName(), object)) {
                objects.put(DesiredObjects.ref(object), object);
            }
        }
        return new LiveObjects(resource, objects);
    }

    /**
     * Every instance that is a member, or of which a StatefulSet or a volume exists, by name, in the order of their
     * numbers.
     *
     * @param servers what polling has shown, by instance
     */
    public Map<String, InstanceView> instances(Function<String, ServerView> servers) {
        String set = resource.getMetadata().getName();
        Stream<String> members = resource.getStatus().instances().stream().map(InstanceStatus::name);
        Stream<String> leftovers = objects.values().stream()
                .filter(object -> object instanceof StatefulSet || object instanceof PersistentVolumeClaim)
                .map(object -> object.getMetadata().getName());
        Map<Integer, String> names = new TreeMap<>();
        Stream.concat(members, leftovers)
                .forEach(name -> Names.number(set, name).ifPresent(number -> names.put(number, name)));
        Map<String, InstanceView> views = new LinkedHashMap<>();
        names.forEach((number, name) -> views.put(name, instance(name, number, servers.apply(name))));
        return views;
    }

    private InstanceView instance(String name, int number, ServerView server) {
        Optional<StatefulSet> statefulSet = find(StatefulSet.class, name);
        return new InstanceView(
                name,
                number,
                statefulSet.filter(found -> !found.isMarkedForDeletion()).isPresent(),
                find(PersistentVolumeClaim.class, name)
                        .map(claim -> Volumes.view(claim, resource.getMetadata().getUid())),
                find(Pod.class, Names.pod(name)).map(pod -> Pods.view(pod, statefulSet)),
                server);
    }

    /**
     * The objects that are missing or differ from what spec and status ask for. A Secret that can't be used is among
     * them: applying it tells why.
     *
     */
    public Set<ObjectRef> drift() {
        try {
            // The passwords drawn here are of no account: they belong to Secrets that are missing, and missing is
            // drift.
            Map<ObjectRef, HasMetadata> desired = DesiredObjects.of(resource, existing(), RandomGenerator.getDefault());
            return Drift.between(desired, objects);
        } catch (InvalidSecretException e) {
            return Set.of(new ObjectRef("Secret", e.secret()));
        }
    }

    private Existing existing() {
        Map<String, Secret> secrets = Credentials.secretNames(resource).stream()
                .flatMap(name -> find(Secret.class, name).stream())
                .collect(Collectors.toMap(secret -> secret.getMetadata().getName(), Function.identity()));
        Map<String, PersistentVolumeClaim> volumes = objects.values().stream()
                .filter(PersistentVolumeClaim.class::isInstance)
                .map(PersistentVolumeClaim.class::cast)
                .collect(Collectors.toMap(claim -> claim.getMetadata().getName(), Function.identity()));
        return new Existing(secrets, volumes);
    }

    private <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
        return Optional.ofNullable(objects.get(new ObjectRef(HasMetadata.getKind(type), name)))
                .filter(type::isInstance)
                .map(type::cast);
    }
}
