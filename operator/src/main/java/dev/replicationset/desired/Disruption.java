package dev.replicationset.desired;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/** Lets drains and upgrades of nodes take one instance at a time. */
final class Disruption {
    private Disruption() {}

    static PodDisruptionBudget of(Owner owner) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(owner.meta(owner.set()).build())
                .withNewSpec()
                .withNewMaxUnavailable(1)
                .withUnhealthyPodEvictionPolicy("AlwaysAllow") // a pod that doesn't run never holds up a drain
                .withNewSelector()
                .withMatchLabels(Labels.selector(owner.set()))
                .endSelector()
                .endSpec()
                .build();
    }
}
