package dev.replicationset.topology;

import java.util.List;

/**
 * Decides what to do about a set: a pure function of what is seen of it. Reads from top to bottom like a table of
 * contents; each rule adds what it wants done, and one may end the round for those after it.
 *
 * <p>What holds before and after every plan, whichever of its actions were done before a crash:
 *
 * <ul>
 *   <li>At most one server can acknowledge writes: only {@link PrimaryRule} opens one, it opens none but the recorded
 *       primary, and only the very server (by UUID) that was recorded. Before another one is recorded the old one is
 *       closed, or enough replicas are stopped that it can acknowledge nothing ({@link Quorum}); {@link FencingRule}
 *       closes it as soon as it is reached.
 *   <li>No acknowledged write is lost while {@code acksRequired} is above 0: {@link Quorum} says why.
 *   <li>No volume of a member is deleted: membership is left in status first, and {@link Action.RemoveInstance} reads
 *       it again.
 *   <li>A server's data is dropped (by CLONE) only when it is a replica that has none, or has diverged, and the intent
 *       is in status.
 * </ul>
 */
public final class Planner {
    private static final List<Rule> RULES = List.of(
            new DeletionRule(),
            new PauseRule(),
            new BootstrapRule(),
            new FencingRule(),
            new ObjectsRule(),
            new TransitionRule(),
            new FailoverRule(),
            new SwitchoverRule(),
            new VolumeRecordRule(),
            new PrimaryRule(),
            new AcknowledgingRule(),
            new MembershipRule(),
            new SeedingRule(),
            new ReplicationRule(),
            new AccessRule(),
            new EndpointsRule());

    private Planner() {}

    /** The next things to do; an empty plan when the set is as it should be. */
    public static Plan plan(Observation seen) {
        Draft draft = new Draft(seen);
        for (Rule rule : RULES) {
            if (rule.apply(seen, draft) == Rule.Next.STOP) {
                break;
            }
        }
        return draft.plan();
    }
}
