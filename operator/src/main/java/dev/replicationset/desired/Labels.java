package dev.replicationset.desired;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.WellKnownLabels;
import dev.replicationset.topology.PodView.RoleLabels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every label and annotation that the operator writes or reads. */
public final class Labels {
    private static final String PREFIX = WellKnownLabels.PREFIX;

    public static final String NAME = "app.kubernetes.io/name";
    public static final String INSTANCE_OF = "app.kubernetes.io/instance";
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    public static final String SET = WellKnownLabels.SET;

    /** On the objects of one instance: the instance's name. */
    public static final String INSTANCE = PREFIX + "instance";

    public static final String ROLE = WellKnownLabels.ROLE;

    /** On pods, moved by the operator: {@code orders-primary} selects it. */
    public static final String SERVES_WRITES = PREFIX + "serves-writes";

    /** On pods, moved by the operator: {@code orders-replicas} selects it. */
    public static final String SERVES_READS = PREFIX + "serves-reads";

    /** Annotation of a volume: the set's epoch when its role was recorded. */
    public static final String EPOCH = PREFIX + "epoch";

    /** Annotation of the primary's volume: {@code server_uuid} of the server that was seen on it. */
    public static final String SERVER_UUID = PREFIX + "server-uuid";

    /** Annotation of a volume: the highest instance number ever given in the set. */
    public static final String LAST_NUMBER = PREFIX + "last-number";

    /** Annotation of a volume that is only kept: its instance was scaled in. */
    public static final String RETIRED = PREFIX + "retired";

    /** Annotation of the resource, a request: who is to become the primary. */
    public static final String PROMOTE = PREFIX + "promote";

    /** On the operator's own pods, whatever their other labels: only they reach the administrative port. */
    public static final String OPERATOR = PREFIX + "operator";

    /** Annotation: digest of the object as it was last applied. */
    public static final String APPLIED = PREFIX + "applied";

    /** Annotation of the pod template: digest of the settings in my.cnf, so that a change of them shows as a new template. */
    public static final String SETTINGS = PREFIX + "settings";

    private Labels() {}

    public static Optional<String> annotation(HasMetadata object, String name) {
        return Optional.ofNullable(object.getMetadata().getAnnotations()).map(annotations -> annotations.get(name));
    }

    /** Selects everything of a set. */
    public static Map<String, String> selector(String set) {
        return Map.of(NAME, "mysql", SET, set);
    }

    /** Whether an object is of that set, as its label says. */
    public static boolean isOf(String set, HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getLabels())
                .map(labels -> labels.get(SET))
                .filter(set::equals)
                .isPresent();
    }

    /** Selects the pod of one instance. */
    static Map<String, String> instanceSelector(String set, String instance) {
        return with(selector(set), INSTANCE, instance);
    }

    static Map<String, String> ofSet(String set) {
        return with(selector(set), INSTANCE_OF, set, MANAGED_BY, Names.OPERATOR);
    }

    static Map<String, String> ofInstance(String set, String instance) {
        return with(ofSet(set), INSTANCE, instance);
    }

    static Map<String, String> with(Map<String, String> labels, String... more) {
        Map<String, String> all = new TreeMap<>(labels);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    /** A pod's role labels as a patch: a null value stands for a label to be removed. */
    public static Map<String, @Nullable String> patch(RoleLabels roles) {
        Map<String, @Nullable String> patch = new HashMap<>();
        patch.put(ROLE, roles.role().map(InstanceRole::label).orElse(null));
        patch.put(SERVES_WRITES, roles.servesWrites() ? "true" : null);
        patch.put(SERVES_READS, roles.servesReads() ? "true" : null);
        return patch;
    }

    /** The role labels that a pod wears. */
    public static RoleLabels roles(Map<String, String> labels) {
        Optional<InstanceRole> role = Arrays.stream(InstanceRole.values())
                .filter(candidate -> candidate.label().equals(labels.get(ROLE)))
                .findFirst();
        return new RoleLabels(role, "true".equals(labels.get(SERVES_WRITES)), "true".equals(labels.get(SERVES_READS)));
    }
}
