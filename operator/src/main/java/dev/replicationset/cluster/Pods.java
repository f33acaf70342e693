package dev.replicationset.cluster;

import dev.replicationset.desired.Labels;
import dev.replicationset.desired.Names;
import dev.replicationset.topology.PodView;
import dev.replicationset.topology.PodView.Trouble;
import dev.replicationset.topology.PodView.Trouble.Kind;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a pod tells. */
final class Pods {
    private static final String REVISION = "controller-revision-hash";
    private static final Set<String> IMAGE_REASONS = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed");
    private static final Set<String> FAILURE_REASONS = Set.of(
            "CrashLoopBackOff",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "PreCreateHookError",
            "PostStartHookError");

    private Pods() {}

    static PodView view(Pod pod, Optional<StatefulSet> statefulSet) {
        PodStatus status = Optional.ofNullable(pod.getStatus()).orElseGet(PodStatus::new);
        Map<String, String> labels =
                Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
        Optional<ContainerStatus> mysqld = container(status.getContainerStatuses(), Names.MYSQLD_CONTAINER);
        return new PodView(
                pod.getMetadata().getUid(),
                orEmpty(status.getPodIP()),
                orEmpty(pod.getSpec().getNodeName()),
                pod.isMarkedForDeletion(),
                is(status, "Initialized"),
                mysqld.map(ContainerStatus::getState)
                        .map(ContainerState::getRunning)
                        .isPresent(),
                is(status, "Ready"),
                mysqld.map(ContainerStatus::getRestartCount).orElse(0),
                outdated(labels.get(REVISION), statefulSet),
                Labels.roles(labels),
                trouble(status));
    }

    // Until the controller has seen the newest template, nothing is known of its revision.
    private static boolean outdated(@Nullable String revision, Optional<StatefulSet> statefulSet) {
        return statefulSet
                .filter(found -> found.getStatus() != null)
                .filter(found -> {
                    StatefulSetStatus status = found.getStatus();
                    Long observed = status.getObservedGeneration();
                    return observed != null
                            && observed >= found.getMetadata().getGeneration()
                            && status.getUpdateRevision() != null
                            && !status.getUpdateRevision().equals(revision);
                })
                .isPresent();
    }

    private static Optional<Trouble> trouble(PodStatus status) {
        Optional<Trouble> unschedulable = condition(status, "PodScheduled")
                .filter(condition -> "Unschedulable".equals(condition.getReason()))
                .map(condition -> new Trouble(Kind.Unschedulable, orEmpty(condition.getMessage())));
        if (unschedulable.isPresent()) {
            return unschedulable;
        }
        return Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .flatMap(container -> trouble(container).stream())
                .findFirst();
    }

    private static Optional<Trouble> trouble(ContainerStatus container) {
        ContainerStateWaiting waiting = Optional.ofNullable(container.getState())
                .map(ContainerState::getWaiting)
                .orElse(null);
        if (waiting == null || waiting.getReason() == null) {
            return Optional.empty();
        }
        String words = container.getName() + ": " + waiting.getReason()
                + (waiting.getMessage() == null ? "" : ": " + waiting.getMessage());
        if (IMAGE_REASONS.contains(waiting.getReason())) {
            return Optional.of(new Trouble(Kind.ImagePull, words));
        }
        if (FAILURE_REASONS.contains(waiting.getReason())) {
            return Optional.of(new Trouble(Kind.ContainerFailing, words + lastEnd(container)));
        }
        return Optional.empty();
    }

    private static String lastEnd(ContainerStatus container) {
        return Optional.ofNullable(container.getLastState())
                .map(ContainerState::getTerminated)
                .map((ContainerStateTerminated end) -> "; it ended last with exit code " + end.getExitCode()
                        + (end.getReason() == null ? "" : " (" + end.getReason() + ")"))
                .orElse("");
    }

    private static boolean is(PodStatus status, String type) {
        return condition(status, type)
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    private static Optional<PodCondition> condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    private static Optional<ContainerStatus> container(List<ContainerStatus> containers, String name) {
        return containers.stream()
                .filter(container -> name.equals(container.getName()))
                .findFirst();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
