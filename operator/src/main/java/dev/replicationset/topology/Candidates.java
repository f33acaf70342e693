package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.ConditionReason;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who may succeed the primary: among replicas that no longer receive, the one that holds all that the others hold, applied
 * or not. Whether a replica serves reads, lags or is labelled plays no part.
 */
final class Candidates {
    private Candidates() {}

    /**
     * Who succeeds, or why nobody can.
     *
     * @param name the candidate; empty when {@code reason} tells why there is none
     * @param message for people
     */
    record Choice(Optional<String> name, ConditionReason reason, String message) {
        static Choice none(ConditionReason reason, String message) {
            return new Choice(Optional.empty(), reason, message);
        }
    }

    /** @param among replicas that answer; enough of those that may acknowledge are among them */
    static Choice choose(Observation seen, Collection<InstanceView> among) {
        Quorum quorum = Quorum.of(seen.status());
        List<InstanceView> voters = among.stream()
                .filter(view -> quorum.voters().contains(view.name()))
                .toList();
        GtidSet all = voters.stream().map(Candidates::held).reduce(GtidSet.EMPTY, GtidSet::union);
        if (voters.stream().noneMatch(view -> all.isSubsetOf(held(view)))) {
            return Choice.none(
                    ConditionReason.Incomparable,
                    "No replica holds all that the others hold. Compare gtid_executed and Retrieved_Gtid_Set of all instances before anything is given up");
        }
        if (!base(seen).isSubsetOf(all)) {
            return Choice.none(
                    ConditionReason.Incomplete,
                    "No replica holds all that the primary held when it became the primary; wait until it is back, or until one that has been away answers");
        }
        // One that may not acknowledge may be ahead of all that may (reference 3.1): what it holds is kept.
        return among.stream()
                .filter(view -> all.isSubsetOf(held(view)))
                .filter(view -> quorum.voters().contains(view.name()) || clean(view))
                .filter(view -> among.stream()
                        .filter(Candidates::clean)
                        .filter(other -> all.isSubsetOf(held(other)))
                        .allMatch(other -> held(other).isSubsetOf(held(view))
                                || !held(view).isSubsetOf(held(other))))
                .min(Comparator.<InstanceView>comparingInt(view -> clean(view) ? 0 : 1)
                        .thenComparingInt(view -> quorum.voters().contains(view.name()) ? 0 : 1)
                        .thenComparingLong(Candidates::unapplied)
                        .thenComparingInt(InstanceView::number))
                .map(view -> new Choice(
                        Optional.of(view.name()),
                        ConditionReason.AllGood,
                        view.name() + " can take the primary's place without losing an acknowledged write"))
                .orElseGet(
                        () -> Choice.none(ConditionReason.Incomparable, "No replica holds all that the others hold"));
    }

    /** What the primary held when it was first opened as such. */
    private static GtidSet base(Observation seen) {
        BinlogCoordinates binlog = seen.status().binlog();
        return binlog == null ? GtidSet.EMPTY : GtidSet.parse(binlog.gtidExecuted());
    }

    private static GtidSet held(InstanceView view) {
        return view.state().map(Reception::of).orElse(GtidSet.EMPTY);
    }

    private static boolean clean(InstanceView view) {
        return view.state()
                .flatMap(ServerState::channel)
                .filter(channel -> !channel.sqlError().present())
                .isPresent();
    }

    private static long unapplied(InstanceView view) {
        return view.state()
                .map(state -> Reception.of(state).minus(state.gtidExecuted()).count())
                .orElse(0L);
    }
}
