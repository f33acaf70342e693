package dev.replicationset.desired;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.topology.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** All objects of a set as they should be, given its spec and the members in its status. */
public final class DesiredObjects {
    private final SortedMap<ObjectRef, HasMetadata> objects = new TreeMap<>();

    private DesiredObjects() {}

    /**
     * Each object carries its own digest ({@link Labels#APPLIED}), so that a change of wish is seen even where it takes
     * a field away. Secrets that the user made are not among them.
     *
     * @param random makes passwords where Secrets are missing; with all Secrets there, two calls agree
     * @throws InvalidSecretException when a Secret that exists can't be used
     */
    public static SortedMap<ObjectRef, HasMetadata> of(
            MySQLReplicationSet resource, Existing existing, RandomGenerator random) {
        DesiredObjects desired = new DesiredObjects();
        Owner owner = Owner.of(resource);
        MySQLReplicationSetSpec spec = resource.getSpec();

        Credentials credentials = Credentials.of(resource, existing.secrets(), random);
        credentials.secrets().forEach(desired::add);
        desired.add(Credentials.statements(owner, credentials.accounts(), Optional.ofNullable(spec.bootstrap())));
        desired.add(Endpoints.primary(owner));
        desired.add(Endpoints.replicas(owner));
        desired.add(Endpoints.instances(owner));
        desired.add(Disruption.of(owner));
        desired.add(NetworkAccess.of(owner));
        for (InstanceStatus member : resource.getStatus().instances()) {
            desired.addInstance(owner, spec, member, existing);
        }
        return desired.objects;
    }

    private void addInstance(Owner owner, MySQLReplicationSetSpec spec, InstanceStatus member, Existing existing) {
        int number = member.number();
        String myCnf = MyCnf.of(spec, owner.namespace(), owner.set(), number);
        add(InstanceConfigMap.of(owner, number, myCnf));
        add(InstanceVolume.of(
                owner,
                spec.storage(),
                number,
                Optional.ofNullable(existing.volumes().get(member.name()))));
        add(InstanceStatefulSet.of(owner, spec, number, Digest.of(MyCnf.settings(myCnf))));
    }

    private void add(HasMetadata object) {
        Map<String, String> annotations = new HashMap<>(
                Optional.ofNullable(object.getMetadata().getAnnotations()).orElse(Map.of()));
        annotations.put(Labels.APPLIED, Digest.of(object));
        object.getMetadata().setAnnotations(annotations);
        objects.put(ref(object), object);
    }

    public static ObjectRef ref(HasMetadata object) {
        return new ObjectRef(object.getKind(), object.getMetadata().getName());
    }
}
