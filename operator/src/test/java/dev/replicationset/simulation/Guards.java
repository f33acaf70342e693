package dev.replicationset.simulation;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.api.Transition;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All guards, or all but one: what is left out is taken from the operator by showing it something else than there is, or by
 * doing less than it asks for.
 */
final class Guards {
    static final Guards ALL = new Guards(null);

    private final @Nullable Guard missing;

    private Guards(@Nullable Guard missing) {
        this.missing = missing;
    }

    static Guards without(Guard guard) {
        return new Guards(guard);
    }

    boolean has(Guard guard) {
        return missing != guard;
    }

    /** Status as the operator takes it for its decisions. */
    MySQLReplicationSetStatus status(MySQLReplicationSetStatus status) {
        Transition transition = status.transition();
        if (!has(Guard.Quorum) && transition != null && transition.phase() == Transition.Phase.Fencing) {
            return status.withAcksRequired(status.acksRequired() + 1);
        }
        BinlogCoordinates binlog = status.binlog();
        return has(Guard.Base) || binlog == null
                ? status
                : status.withBinlog(new BinlogCoordinates(binlog.file(), binlog.position(), ""));
    }

    /** What the operator took for its decision only, it does not write. */
    MySQLReplicationSetStatus recorded(MySQLReplicationSetStatus next, MySQLReplicationSetStatus before) {
        boolean inflated = !has(Guard.Quorum)
                && next.transition() != null
                && next.transition().phase() != Transition.Phase.Promoting;
        if (inflated) {
            return next.withAcksRequired(before.acksRequired());
        }
        return has(Guard.Base) || next.epoch() > before.epoch() || before.binlog() == null
                ? next
                : next.withBinlog(before.binlog());
    }

    /**
     * A server as the operator sees it.
     *
     * @param source the primary's state, when it is known
     */
    ServerView view(ServerView view, Optional<ServerState> source) {
        return view instanceof ServerView.Answering(var asOf, ServerState state)
                ? new ServerView.Answering(asOf, state(state, source))
                : view;
    }

    private ServerState state(ServerState state, Optional<ServerState> source) {
        if (missing == null) {
            return state;
        }
        return switch (missing) {
            case ReceivedIsApplied -> state.withChannel(state.channel().map(its -> its.withRetrieved(GtidSet.EMPTY)));
            case ProofBeforeTheRecordPromisesMore ->
                state.withChannel(state.channel().map(its -> its.withSourcePosition(Long.MAX_VALUE)));
            case WaitsBeforeMoreArePromised ->
                state.writable()
                        ? state.withSemiSync(state.semiSync()
                                .map(its -> its.with(now -> now.source(true).acks(2))))
                        : state;
            case ErrantAreCopiedAnew ->
                source.filter(primary -> !primary.serverUuid().equals(state.serverUuid()))
                        .map(primary -> state.withGtidExecuted(
                                state.gtidExecuted().minus(state.gtidExecuted().minus(primary.gtidExecuted()))))
                        .orElse(state);
            default -> state;
        };
    }
}
