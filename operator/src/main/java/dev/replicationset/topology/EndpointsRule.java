package dev.replicationset.topology;

import dev.replicationset.api.Durability;
import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.Transition;
import dev.replicationset.topology.PodView.RoleLabels;
import java.time.Duration;
import java.util.Optional;

/**
 * Labels the pods that the Services lead to. The write endpoint follows the recorded primary and nothing else. Its pod is
 * labelled when it is first open and keeps the label while mysqld restarts in it: taken off and put on again, it would cost
 * writers the second or two that the nodes' proxies take to follow. A pod that is being deleted is labelled, too: the
 * Services lead to pods that aren't ready, and one may be a long time in ending.
 */
final class EndpointsRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        boolean anyReplicaServes = seen.replicas().stream().anyMatch(view -> serves(seen, view));
        seen.primary().ifPresent(primary -> label(draft, primary, primaryLabels(seen, primary, anyReplicaServes)));
        for (InstanceView replica : seen.replicas()) {
            label(draft, replica, new RoleLabels(Optional.of(InstanceRole.Replica), false, serves(seen, replica)));
        }
        boolean justBack = seen.source()
                .filter(state -> state.uptimeSeconds() < ReplicaHealth.RECONNECT_SECONDS)
                .isPresent();
        if (justBack) {
            draft.lookWithin(Duration.ofSeconds(2));
        }
        return Next.GO_ON;
    }

    /** While the primary is being changed, those that serve go on serving what they have. */
    private static boolean serves(Observation seen, InstanceView replica) {
        boolean goesOn = seen.status().transition() != null
                && replica.answers()
                && replica.pod()
                        .filter(pod -> !pod.deleting() && pod.labels().servesReads())
                        .isPresent()
                && !seen.status().transition().from().equals(replica.name());
        return goesOn || ReplicaHealth.of(seen, replica).serves();
    }

    private static RoleLabels primaryLabels(Observation seen, InstanceView primary, boolean anyReplicaServes) {
        boolean labelled = primary.pod().map(pod -> pod.labels().servesWrites()).orElse(false);
        boolean open = primary.state()
                .map(state -> state.writable() && state.schemaReady() && (labelled || durable(seen, state)))
                .orElse(labelled);
        boolean replaced = Optional.ofNullable(seen.status().transition())
                .filter(transition -> transition.phase() != Transition.Phase.Promoting)
                .isPresent();
        if (replaced) {
            return new RoleLabels(Optional.of(InstanceRole.Primary), false, false);
        }
        boolean readsToo = open && !anyReplicaServes && seen.spec().reads().fallbackToPrimary();
        return new RoleLabels(
                Optional.of(InstanceRole.Primary),
                (open || labelled) && !PrimaryRule.dataLost(seen, primary),
                readsToo);
    }

    /** Whether a first client's write would be as durable as it was asked for. */
    static boolean durable(Observation seen, ServerState primary) {
        return seen.spec().durability() != Durability.Required
                || primary.semiSync().filter(its -> its.acksInForce() > 0).isPresent();
    }

    private static void label(Draft draft, InstanceView view, RoleLabels wanted) {
        view.pod()
                .filter(pod -> !pod.labels().equals(wanted))
                .ifPresent(pod -> draft.act(new Action.LabelPod(view.name(), pod.uid(), wanted)));
    }
}
