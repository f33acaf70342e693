package dev.replicationset.topology;

import dev.replicationset.api.ConditionReason;
import dev.replicationset.api.Durability;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Positioning;
import java.util.List;

/**
 * Whether a replica could take the primary's place now, and no acknowledged write would be lost.
 *
 * @param reason {@link ConditionReason#AllGood} when one could
 * @param message for people: who, or why nobody and what to do
 */
record FailoverReadiness(boolean ready, ConditionReason reason, String message) {
    static FailoverReadiness of(Observation seen) {
        if (seen.status().transition() != null) {
            return no(ConditionReason.ChangingPrimary, "The primary is being changed");
        }
        List<InstanceView> replicas = seen.replicas();
        if (replicas.isEmpty()) {
            return no(
                    ConditionReason.NoReplica,
                    "There is no replica to take the primary's place; raise spec.replicas to 1 or more");
        }
        if (seen.spec().replication().positioning() != Positioning.GTID) {
            return no(
                    ConditionReason.NotByFilePosition,
                    "By file and position it can't be told which replica holds all acknowledged writes. Nothing is done by itself; a set with spec.replication.positioning GTID fails over");
        }
        Quorum quorum = Quorum.of(seen.status());
        if (!quorum.durable()) {
            return no(ConditionReason.NotDurable, notDurable(seen));
        }
        List<InstanceView> reached = replicas.stream()
                .filter(view -> view.answers() && quorum.voters().contains(view.name()))
                .toList();
        if (!quorum.reachedBy(reached.stream().map(InstanceView::name).toList())) {
            List<String> missing = quorum.voters().stream()
                    .filter(name ->
                            reached.stream().noneMatch(view -> view.name().equals(name)))
                    .sorted()
                    .toList();
            return no(
                    ConditionReason.TooFewReachable,
                    "%d of %s have to answer, and %s do not: look at their pods and nodes"
                            .formatted(
                                    quorum.needed(),
                                    String.join(
                                            ", ",
                                            quorum.voters().stream().sorted().toList()),
                                    String.join(", ", missing)));
        }
        Candidates.Choice choice = Candidates.choose(seen, reached);
        if (choice.name().isEmpty()) {
            return no(choice.reason(), choice.message());
        }
        return new FailoverReadiness(
                true,
                ConditionReason.AllGood,
                "A replica can take the primary's place without losing an acknowledged write"
                        + (seen.spec().failover().automatic()
                                ? ""
                                : "; since spec.failover.automatic is false, a person decides"));
    }

    private static String notDurable(Observation seen) {
        boolean waiting = seen.status().instances().stream()
                .map(InstanceStatus::acknowledgesFrom)
                .anyMatch(from -> from != null);
        return seen.spec().durability() == Durability.Async
                ? "Writes are acknowledged without a replica (spec.replication.durability: Async), so some could be lost"
                : waiting
                        ? "Replicas have begun to acknowledge and do not hold all earlier writes yet"
                        : "No replica acknowledges writes at this moment; it joins when it has caught up";
    }

    private static FailoverReadiness no(ConditionReason reason, String message) {
        return new FailoverReadiness(false, reason, message);
    }
}
