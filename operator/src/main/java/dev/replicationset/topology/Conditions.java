package dev.replicationset.topology;

import dev.replicationset.api.ConditionReason;
import dev.replicationset.api.ConditionType;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Transition;
import dev.replicationset.topology.ServerState.SemiSync;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The conditions of a set: what holds, why, and what to do about it. */
final class Conditions {
    /** What passes by itself, unless an action that it waits for fails. */
    private static final Set<ConditionReason> PASSING = EnumSet.of(
            ConditionReason.Bootstrapping,
            ConditionReason.PrimaryStarting,
            ConditionReason.PrimaryReadOnly,
            ConditionReason.ChangingPrimary,
            ConditionReason.WaitingForAcknowledgements,
            ConditionReason.ScalingOut,
            ConditionReason.ScalingIn,
            ConditionReason.Seeding);

    private record Verdict(boolean holds, ConditionReason reason, String message) {}

    private Conditions() {}

    static List<Condition> of(Observation seen) {
        Verdict primary = primary(seen);
        Verdict replicas = replicas(seen);
        List<Condition> conditions = new ArrayList<>();
        conditions.add(condition(seen, ConditionType.Ready, ready(seen, primary, replicas)));
        conditions.add(condition(seen, ConditionType.PrimaryAvailable, primary));
        conditions.add(condition(seen, ConditionType.ReplicasReady, replicas));
        FailoverReadiness failover = FailoverReadiness.of(seen);
        conditions.add(condition(
                seen,
                ConditionType.FailoverReady,
                new Verdict(failover.ready(), failover.reason(), failover.message())));
        conditions.add(condition(seen, ConditionType.UpToDate, upToDate(seen)));
        if (seen.spec().paused()) {
            conditions.add(condition(
                    seen,
                    ConditionType.Paused,
                    new Verdict(
                            true,
                            ConditionReason.PausedByUser,
                            "Nothing is changed while spec.paused is true; set it to false to go on")));
        }
        return List.copyOf(conditions);
    }

    /** Whether clients' writes reach the primary: it takes them, and the write endpoint leads to it. */
    static boolean primaryOpen(Observation seen, InstanceView primary) {
        boolean takesWrites = primary.state()
                .filter(state -> state.writable() && state.schemaReady())
                .isPresent();
        boolean reached =
                primary.pod().filter(pod -> pod.labels().servesWrites()).isPresent();
        return takesWrites && reached && !PrimaryRule.dataLost(seen, primary);
    }

    private static Verdict ready(Observation seen, Verdict primary, Verdict replicas) {
        Verdict good = new Verdict(
                true,
                ConditionReason.AllGood,
                "%s is open for writes, %d replicas serve reads"
                        .formatted(seen.status().primary(), seen.spec().replicas()));
        Verdict verdict = !primary.holds ? primary : !replicas.holds ? replicas : good;
        return failure(seen)
                .filter(message -> verdict.holds || PASSING.contains(verdict.reason))
                .map(message -> bad(
                        ConditionReason.ActionFailed,
                        verdict.holds ? message : "%s (%s)".formatted(message, verdict.message)))
                .orElse(verdict);
    }

    private static Optional<String> failure(Observation seen) {
        return seen.failures().values().stream()
                .map(Observation.Failure::message)
                .filter(message -> !message.isEmpty())
                .sorted()
                .findFirst();
    }

    private static Verdict primary(Observation seen) {
        if (BootstrapRule.primaryUnknown(seen)) {
            return bad(
                    ConditionReason.PrimaryUnknown,
                    "Volumes of an earlier set of this name exist, but none is recorded as its primary's. Choose one:"
                            + " kubectl annotate pvc NAME replicationset.dev/role=Primary --overwrite");
        }
        Optional<InstanceView> chosen = seen.primary();
        if (chosen.isEmpty()) {
            return bad(ConditionReason.Bootstrapping, "The objects of the set are being made");
        }
        InstanceView primary = chosen.get();
        String name = primary.name();
        Transition transition = seen.status().transition();
        if (transition != null) {
            return bad(ConditionReason.ChangingPrimary, changing(seen, transition));
        }
        if (PrimaryRule.dataLost(seen, primary)) {
            return bad(
                    ConditionReason.PrimaryDataLost,
                    "Another server than before answers as %s: its volume was replaced. It is kept closed; the replicas hold the data and serve reads. Restore the volume%s; do not just create the resource again"
                            .formatted(name, orPromote(seen)));
        }
        Optional<Verdict> lost = lost(seen, primary);
        if (lost.isPresent()) {
            return lost.get();
        }
        return switch (primary.server()) {
            case ServerView.Unknown() -> notAnswering(seen, primary);
            case ServerView.Unreachable(var cause, var since, int misses, String message)
            when cause == ServerView.Cause.AccessDenied ->
                bad(
                        ConditionReason.AccessDenied,
                        "%s denies the operator access. Put the former password back into Secret %s-operator, or delete pod %s-0: it takes the passwords of the Secrets when it starts"
                                .formatted(name, seen.id().name(), name));
            case ServerView.Unreachable unreachable -> notAnswering(seen, primary);
            case ServerView.Answering(var asOf, ServerState state) ->
                primaryOpen(seen, primary) ? open(seen, name, state) : notOpen(seen, name, state);
        };
    }

    private static String orPromote(Observation seen) {
        FailoverReadiness readiness = FailoverReadiness.of(seen);
        return readiness.ready()
                ? ", or make a replica the primary: kubectl annotate mrs %s replicationset.dev/promote=REPLICA"
                        .formatted(seen.id().name())
                : ", since none of them may take its place: " + readiness.message();
    }

    /** Open, but is anything committed? */
    private static Verdict open(Observation seen, String name, ServerState state) {
        SemiSync semiSync = state.semiSync().orElse(SemiSync.OFF);
        int needed = semiSync.acksInForce();
        int connected = semiSync.clients();
        // A frozen replica stays connected for long, and the operator may be cut off from one that is well.
        long wellSeen = seen.status().acknowledging().stream()
                .map(voter -> seen.instances().get(voter))
                .filter(view -> view != null && PrimaryLoss.streams(view))
                .count();
        boolean stuck = connected < needed || (semiSync.waiting() > 0 && wellSeen < needed);
        return stuck
                ? bad(
                        ConditionReason.WaitingForAcknowledgements,
                        "%s is open, but its commits wait: %d replicas have to acknowledge each, and %d are there to do so; ReplicasReady says what keeps the others"
                                .formatted(name, needed, Math.min(connected, wellSeen)))
                : new Verdict(true, ConditionReason.AllGood, name + " is open for writes");
    }

    private static Verdict notOpen(Observation seen, String name, ServerState state) {
        return state.writable() && !EndpointsRule.durable(seen, state)
                ? bad(
                        ConditionReason.WaitingForAcknowledgements,
                        name + " takes clients' writes as soon as its first replica acknowledges")
                : bad(ConditionReason.PrimaryReadOnly, name + " is being opened for writes");
    }

    private static String changing(Observation seen, Transition transition) {
        if (transition.phase() != Transition.Phase.Fencing) {
            return "%s takes the place of %s (%s)".formatted(transition.to(), transition.from(), transition.phase());
        }
        return "%s is lost: replicas are stopped to choose its successor; %d of %s have to answer and to hold all that was acknowledged"
                .formatted(
                        transition.from(),
                        Quorum.of(seen.status()).needed(),
                        String.join(", ", seen.status().acknowledging()));
    }

    /** Why a primary that is lost is not replaced. */
    private static Optional<Verdict> lost(Observation seen, InstanceView primary) {
        Optional<PrimaryLoss> loss = PrimaryLoss.of(seen);
        if (loss.isEmpty() || !Quorum.of(seen.status()).durable()) {
            return Optional.empty();
        }
        String name = primary.name();
        if (!loss.get().streaming().isEmpty()) {
            return Optional.of(bad(
                    ConditionReason.PrimaryStillStreams,
                    "%s does not answer the operator, but %s receive from it: it is left as it is. Look at the network between the operator and pod %s-0"
                            .formatted(name, String.join(", ", loss.get().streaming()), name)));
        }
        FailoverReadiness readiness = FailoverReadiness.of(seen);
        if (!readiness.ready()) {
            return Optional.of(bad(readiness.reason(), name + " is lost. " + readiness.message()));
        }
        return seen.spec().failover().automatic()
                ? Optional.empty()
                : Optional.of(bad(
                        ConditionReason.FailoverNotAutomatic,
                        "%s is lost, and spec.failover.automatic is false. %s: kubectl annotate mrs %s replicationset.dev/promote=%s"
                                .formatted(
                                        name,
                                        Candidates.choose(seen, voters(seen)).message(),
                                        seen.id().name(),
                                        Candidates.choose(seen, voters(seen))
                                                .name()
                                                .orElse("NAME"))));
    }

    private static List<InstanceView> voters(Observation seen) {
        return seen.replicas().stream().filter(InstanceView::answers).toList();
    }

    private static Verdict notAnswering(Observation seen, InstanceView primary) {
        Optional<PodTrouble> trouble = PodTrouble.of(primary);
        if (trouble.isPresent()) {
            return bad(trouble.get().reason(), trouble.get().message());
        }
        boolean running = primary.pod().filter(PodView::running).isPresent();
        boolean answered = !ReplicaHealth.neverAnswered(seen, primary);
        return running && answered && primary.server() instanceof ServerView.Unreachable
                ? bad(ConditionReason.PrimaryUnreachable, ReplicaHealth.doesNotAnswer(primary))
                : bad(ConditionReason.PrimaryStarting, primary.name() + " is starting");
    }

    private static Verdict replicas(Observation seen) {
        int wanted = seen.spec().replicas();
        int members = (int) seen.status().instances().stream()
                .filter(member -> !member.name().equals(seen.status().primary()))
                .count();
        if (members > wanted || leaving(seen)) {
            return bad(ConditionReason.ScalingIn, "Replicas are being removed");
        }
        List<String> messages = new ArrayList<>();
        ConditionReason reason = ConditionReason.AllGood;
        for (InstanceStatus member : seen.status().instances()) {
            InstanceView view = seen.instances().get(member.name());
            if (member.name().equals(seen.status().primary())) {
                continue;
            }
            ReplicaHealth health = view == null
                    ? new ReplicaHealth(false, ConditionReason.ScalingOut, member.name() + " is being made")
                    : ReplicaHealth.of(seen, view);
            if (!health.serves()) {
                boolean spent =
                        health.reason() == ConditionReason.ReplicaDiverged && ReplicationRule.budgetSpent(seen, member);
                ConditionReason its = spent ? ConditionReason.RecloneBudgetSpent : health.reason();
                reason = worse(reason, its);
                messages.add(spent ? budgetSpent(member.name()) : health.message());
            }
        }
        if (members < wanted) {
            reason = worse(reason, ConditionReason.ScalingOut);
            messages.add("%d replicas are to be added".formatted(wanted - members));
        }
        if (!messages.isEmpty()) {
            return bad(reason, String.join("; ", messages));
        }
        return wanted == 0
                ? new Verdict(true, ConditionReason.NotRequested, "No replicas are wanted")
                : new Verdict(true, ConditionReason.AllGood, wanted + " replicas serve reads");
    }

    private static String budgetSpent(String replica) {
        return "%s diverged again although it was copied anew %d times within a day, and is left alone. Find what writes to it, then kubectl delete pvc/%s pod/%s-0"
                .formatted(replica, ReplicationRule.RECLONE_BUDGET, replica, replica);
    }

    private static boolean leaving(Observation seen) {
        return seen.leftovers().stream().anyMatch(InstanceView::statefulSet);
    }

    /** Of two reasons the one that needs a person more: what stands later in the enum. */
    private static ConditionReason worse(ConditionReason a, ConditionReason b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Verdict upToDate(Observation seen) {
        List<String> outdated = seen.members().stream()
                .filter(view -> view.pod().filter(PodView::outdated).isPresent())
                .map(view -> "pod/" + view.name() + "-0")
                .toList();
        if (!outdated.isEmpty()) {
            return bad(
                    ConditionReason.RestartNeeded,
                    "Changes take force when these are started anew, the primary last: kubectl delete "
                            + String.join(" ", outdated));
        }
        return seen.drift().isEmpty()
                ? new Verdict(true, ConditionReason.AllGood, "Every pod runs as the spec says")
                : bad(ConditionReason.NotApplied, notApplied(seen));
    }

    private static String notApplied(Observation seen) {
        String why = seen.spec().paused() ? ", since spec.paused is true" : "";
        ObjectRef first = seen.drift().stream().sorted().findFirst().orElseThrow();
        return "%d objects are not yet as the spec says, %s among them%s"
                .formatted(seen.drift().size(), first, why);
    }

    private static Verdict bad(ConditionReason reason, String message) {
        return new Verdict(false, reason, message);
    }

    /** The time of the last change is kept while the status stays the same. */
    private static Condition condition(Observation seen, ConditionType type, Verdict verdict) {
        String status = verdict.holds ? "True" : "False";
        Optional<Condition> earlier = seen.status().conditions().stream()
                .filter(condition -> condition.getType().equals(type.name()))
                .findFirst();
        Instant now = seen.now().truncatedTo(ChronoUnit.SECONDS);
        String since = earlier.filter(condition -> condition.getStatus().equals(status))
                .map(Condition::getLastTransitionTime)
                .orElse(now.toString());
        return new ConditionBuilder()
                .withType(type.name())
                .withStatus(status)
                .withReason(verdict.reason.name())
                .withMessage(verdict.message)
                .withObservedGeneration(seen.generation())
                .withLastTransitionTime(since)
                .build();
    }
}
