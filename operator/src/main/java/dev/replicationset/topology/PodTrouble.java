package dev.replicationset.topology;

import dev.replicationset.api.ConditionReason;
import java.util.Optional;

/** A pod that does not come up, as a condition tells it. */
record PodTrouble(ConditionReason reason, String message) {
    static Optional<PodTrouble> of(InstanceView view) {
        return view.pod().flatMap(PodView::trouble).map(trouble -> switch (trouble.kind()) {
            case Unschedulable ->
                new PodTrouble(
                        ConditionReason.PodUnschedulable,
                        "Pod %s-0 finds no node: %s".formatted(view.name(), trouble.message()));
            case ImagePull ->
                new PodTrouble(
                        ConditionReason.ImagePullFailed,
                        "Pod %s-0 can't get its image; correct spec.image or spec.imagePullSecrets: %s"
                                .formatted(view.name(), trouble.message()));
            case ContainerFailing ->
                new PodTrouble(
                        ConditionReason.ContainerFailing,
                        "Pod %s-0 does not stay up; see its log with kubectl logs %s-0: %s"
                                .formatted(view.name(), view.name(), trouble.message()));
        });
    }
}
