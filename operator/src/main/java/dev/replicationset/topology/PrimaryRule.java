package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
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
        if (state.writable()) {
            if (!state.schemaReady()) {
                draft.act(new Action.PrepareSchema(primary.name(), seen.status().epoch()));
            }
            return;
        }
        if (member.serverUuid() == null || seen.status().binlog() == null) {
            draft.intend(status ->
                    status.with(member.withServerUuid(state.serverUuid())).withBinlog(state.binlog()));
            return;
        }
        boolean recordedOnVolume = primary.volume().flatMap(VolumeView::role).equals(Optional.of(InstanceRole.Primary));
        if (recordedOnVolume) {
            draft.act(new Action.OpenPrimary(
                    primary.name(), state.serverUuid(), seen.status().epoch()));
        }
    }

    /** Whether another server than the recorded one answers in the primary's place. */
    static boolean dataLost(Observation seen, InstanceView primary) {
        Optional<String> recorded = seen.status().instance(primary.name()).map(InstanceStatus::serverUuid);
        return recorded.isPresent()
                && primary.state().isPresent()
                && !recorded.get().equals(primary.state().get().serverUuid());
    }
}
