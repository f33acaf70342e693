package dev.replicationset.desired;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.VolumePolicy;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;

/** The set that objects are made for: their namespace, labels and owner reference. */
record Owner(String namespace, String set, String uid, VolumePolicy whenDeleted) {

    static Owner of(MySQLReplicationSet resource) {
        ObjectMeta meta = resource.getMetadata();
        MySQLReplicationSetSpec spec = resource.getSpec();
        return new Owner(
                meta.getNamespace(),
                meta.getName(),
                meta.getUid(),
                spec.storage().whenDeleted());
    }

    /** An object that goes with the resource. */
    ObjectMetaBuilder meta(String name) {
        return kept(name).withOwnerReferences(reference());
    }

    /** An object of one instance that goes with the resource. */
    ObjectMetaBuilder instanceMeta(String instance) {
        return meta(instance).withLabels(Labels.ofInstance(set, instance));
    }

    /** A volume, or a password that belongs to the data: {@code storage.whenDeleted} says whether it goes. */
    ObjectMetaBuilder dataMeta(String name, Map<String, String> labels) {
        List<OwnerReference> owners = switch (whenDeleted) {
            case Delete -> List.of(reference());
            case Retain -> List.of();
        };
        return kept(name).withLabels(labels).withOwnerReferences(owners);
    }

    private ObjectMetaBuilder kept(String name) {
        return new ObjectMetaBuilder().withNamespace(namespace).withName(name).withLabels(Labels.ofSet(set));
    }

    // Doesn't block the owner's deletion: that would need the right to update its finalizers, for nothing in return.
    private OwnerReference reference() {
        return new OwnerReferenceBuilder()
                .withApiVersion(MySQLReplicationSet.GROUP + "/" + MySQLReplicationSet.VERSION)
                .withKind(MySQLReplicationSet.KIND)
                .withName(set)
                .withUid(uid)
                .withController(true)
                .withBlockOwnerDeletion(false)
                .build();
    }
}
