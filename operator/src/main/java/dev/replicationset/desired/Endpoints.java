package dev.replicationset.desired;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;

/** The Services of a set. Which pods they lead to is decided by labels that the operator moves. */
final class Endpoints {
    private Endpoints() {}

    /**
     * The one writable instance. Readiness plays no part: after a restart of mysqld writes go on as soon as it accepts
     * them, not a probe later.
     */
    static Service primary(Owner owner) {
        return new ServiceBuilder()
                .withMetadata(owner.meta(Names.primaryService(owner.set())).build())
                .withNewSpec()
                .withType("ClusterIP")
                .withPublishNotReadyAddresses(true)
                .withSelector(Labels.with(Labels.selector(owner.set()), Labels.SERVES_WRITES, "true"))
                .withPorts(mysql())
                .endSpec()
                .build();
    }

    /** The instances that serve reads. */
    static Service replicas(Owner owner) {
        return new ServiceBuilder()
                .withMetadata(owner.meta(Names.replicasService(owner.set())).build())
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(Labels.with(Labels.selector(owner.set()), Labels.SERVES_READS, "true"))
                .withPorts(mysql())
                .endSpec()
                .build();
    }

    /** Gives each instance a name of its own, from its first moment on. */
    static Service instances(Owner owner) {
        return new ServiceBuilder()
                .withMetadata(owner.meta(Names.instancesService(owner.set())).build())
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(Labels.selector(owner.set()))
                .withPorts(mysql())
                .endSpec()
                .build();
    }

    private static ServicePort mysql() {
        return new ServicePortBuilder()
                .withName("mysql")
                .withPort(Names.MYSQL_PORT)
                .withNewTargetPort("mysql")
                .withProtocol("TCP")
                .build();
    }
}
