package dev.replicationset.desired;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.Map;

/** Who reaches an instance: everybody the MySQL port, only the operator and the set itself the administrative port. */
final class NetworkAccess {
    private NetworkAccess() {}

    static NetworkPolicy of(Owner owner) {
        return new NetworkPolicyBuilder()
                .withMetadata(owner.meta(owner.set()).build())
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(Labels.selector(owner.set()))
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .withPorts(port(Names.MYSQL_PORT))
                .endIngress()
                .addNewIngress()
                .withPorts(port(Names.ADMIN_PORT))
                .addNewFrom()
                .withNewPodSelector()
                .withMatchLabels(Labels.selector(owner.set()))
                .endPodSelector()
                .endFrom()
                .addNewFrom()
                .withNewNamespaceSelector()
                .endNamespaceSelector()
                .withNewPodSelector()
                .withMatchLabels(Map.of(Labels.OPERATOR, "true"))
                .endPodSelector()
                .endFrom()
                .endIngress()
                .endSpec()
                .build();
    }

    private static NetworkPolicyPort port(int number) {
        return new NetworkPolicyPortBuilder()
                .withProtocol("TCP")
                .withNewPort(number)
                .build();
    }
}
