package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceStatus;
import java.util.Optional;

/**
 * Opens the primary for writes.
 *
 * <p>Every mysqld boots closed (super_read_only). Before it is first opened its UUID and coordinates are recorded in
 * status, and its role on its volume. From then on only the server of that UUID is opened: another one in its place
 * means that the volume was replaced, and an empty server must not pass for the primary.
 *
 * <p>If the operator dies between two of these steps, the server stays closed and the next round goes on from what is
 * recorded; opening twice is harmless.
 */
final class PrimaryRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        seen.primary().ifPresent(primary -> primary.state().ifPresent(state -> apply(seen, draft, primary, state)));
        return Next.GO_ON;
    }

    private static void apply(Observation seen, Draft draft, InstanceView primary, ServerState state) {
        InstanceStatus member = seen.status().instance(primary.name()).orElse(null);
        if (member == null || dataLost(seen, primary)) {
            return;
        }
        if (member.serverUuid() == null || seen.status().binlog() == null) {
            boolean empty = !state.writable()
                    && !state.schemaReady()
                    && state.gtidExecuted().isEmpty();
            BinlogCoordinates binlog = empty ? state.binlog().asOrigin() : state.binlog();
            draft.intend(status ->
                    status.with(member.withServerUuid(state.serverUuid())).withBinlog(binlog));
        }
        if (primary.pod().filter(PodView::deleting).isPresent()) {
            // Nobody can take over (SwitchoverRule): its end waits for being closed, and nothing is answered while it
            // ends.
            if (state.writable()) {
                draft.act(new Action.CloseServer(primary.name()));
            }
            return;
        }
        if (state.writable()) {
            boolean ownerDue = seen.secretsChanged() && seen.spec().bootstrap() != null;
            if (!state.schemaReady() || ownerDue) {
                draft.act(new Action.PrepareSchema(primary.name(), seen.status().epoch()));
            }
            return;
        }
        if (member.serverUuid() != null && seen.status().binlog() != null && onVolume(draft, seen, primary)) {
            draft.act(new Action.OpenPrimary(
                    primary.name(), state.serverUuid(), seen.status().epoch(), acks(seen, primary)));
        }
    }

    /**
     * For how many replicas its commits wait from the first one on. Before the write endpoint first leads to it there may be
     * no replica yet, and no client is let in.
     */
    private static int acks(Observation seen, InstanceView primary) {
        boolean clientsComeHere =
                primary.pod().filter(pod -> pod.labels().servesWrites()).isPresent();
        boolean nobodyYet =
                seen.status().acknowledging().isEmpty() && seen.status().transition() == null && !clientsComeHere;
        return nobodyYet ? seen.status().acksRequired() : Promotion.acks(seen);
    }

    /** Whether its volume says that it is the primary's, or will by the time the plan comes to the opening. */
    private static boolean onVolume(Draft draft, Observation seen, InstanceView primary) {
        return VolumeRecordRule.record(seen, primary)
                .filter(record -> draft.plans(record)
                        || primary.volume()
                                .filter(volume -> VolumeRecordRule.recorded(volume, record))
                                .isPresent())
                .isPresent();
    }

    /** Whether another server than the recorded one answers in the primary's place. */
    static boolean dataLost(Observation seen, InstanceView primary) {
        Optional<String> recorded = seen.status().instance(primary.name()).map(InstanceStatus::serverUuid);
        return recorded.isPresent()
                && primary.state().isPresent()
                && !recorded.get().equals(primary.state().get().serverUuid());
    }
}
