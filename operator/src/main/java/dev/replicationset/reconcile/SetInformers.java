package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.desired.Labels;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One informer for each kind of object that sets are made of, limited by label to what belongs to sets, so that memory
 * grows with the sets and not with the cluster. An object belongs to the set that its label names: owner references
 * won't do, since a pod's owner is its StatefulSet and a kept volume has none.
 */
final class SetInformers implements SetObjects {
    private static final List<Class<? extends HasMetadata>> TYPES = List.of(
            StatefulSet.class,
            Pod.class,
            PersistentVolumeClaim.class,
            ConfigMap.class,
            Service.class,
            Secret.class,
            PodDisruptionBudget.class,
            NetworkPolicy.class);

    private final Map<Class<?>, InformerEventSource<?, MySQLReplicationSet>> sources = new ConcurrentHashMap<>();

    /** Makes the informers; the operator starts them. */
    List<EventSource<?, MySQLReplicationSet>> open(EventSourceContext<MySQLReplicationSet> context) {
        TYPES.forEach(type -> sources.put(type, informer(type, context)));
        return List.copyOf(sources.values());
    }

    @Override
    public Collection<HasMetadata> of(MySQLReplicationSet resource) {
        return sources.values().stream()
                .flatMap(source -> source.getSecondaryResources(resource).stream())
                .map(HasMetadata.class::cast)
                .toList();
    }

    private static <T extends HasMetadata> InformerEventSource<T, MySQLReplicationSet> informer(
            Class<T> type, EventSourceContext<MySQLReplicationSet> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(type, MySQLReplicationSet.class)
                        .withName(type.getSimpleName())
                        // By this label alone: a Secret that the user made wears no other.
                        .withLabelSelector(Labels.SET)
                        .withNamespacesInheritedFromController()
                        .withSecondaryToPrimaryMapper(SetInformers::setOf)
                        .build(),
                context);
    }

    static Set<ResourceID> setOf(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        String set = labels == null ? null : labels.get(Labels.SET);
        return set == null
                ? Set.of()
                : Set.of(new ResourceID(set, object.getMetadata().getNamespace()));
    }
}
