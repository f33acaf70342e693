package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user may say about the pods of a set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PodSettings(
        @JsonPropertyDescription(
                "Memory and CPU of mysqld, as for a container. Unless spec.mysqld says otherwise, 70 % of the memory limit"
                        + " becomes InnoDB's buffer pool. Default: none, so that MySQL's own defaults hold.")
        @Nullable
        ResourceRequirements resources,

        @JsonPropertyDescription("Labels that a node must have to run an instance. Default: none.")
        Map<String, String> nodeSelector,

        @JsonPropertyDescription(
                "Which nodes and which neighbours an instance seeks or avoids. Default: instances of one set avoid each"
                        + " other's node where they can.")
        @Nullable
        Affinity affinity,

        @JsonPropertyDescription("Taints of nodes that an instance tolerates. Default: none.")
        List<Toleration> tolerations,

        @JsonPropertyDescription("How instances spread over zones, nodes and the like. Default: none.")
        List<TopologySpreadConstraint> topologySpreadConstraints,

        @JsonPropertyDescription("PriorityClass of the pods. Default: the cluster's default.")
        @Size(max = 253)
        @Nullable
        String priorityClassName,

        @JsonPropertyDescription(
                "Labels added to the pods, at most 64; those that the operator sets are refused. Default: none.")
        @Size(max = 64)
        @ValidationRule(
                value = PodRules.LABELS_FREE,
                message = PodRules.LABELS_FREE_MESSAGE,
                messageExpression = PodRules.LABELS_FREE_NAMED)
        @ValidationRule(value = PodRules.LABELS, message = PodRules.LABELS_MESSAGE)
        Map<String, String> labels,

        @JsonPropertyDescription(
                "Annotations added to the pods, at most 64; the prefix replicationset.dev/ is the operator's. Default:"
                        + " none.")
        @Size(max = 64)
        @ValidationRule(value = PodRules.ANNOTATIONS_FREE, message = PodRules.ANNOTATIONS_FREE_MESSAGE)
        Map<String, String> annotations) {
    public static final PodSettings NONE =
            new PodSettings(null, Map.of(), null, List.of(), List.of(), null, Map.of(), Map.of());

    @SuppressWarnings("NullAway")
    public PodSettings {
        nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
        tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
        topologySpreadConstraints =
                topologySpreadConstraints == null ? List.of() : List.copyOf(topologySpreadConstraints);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
    }
}
