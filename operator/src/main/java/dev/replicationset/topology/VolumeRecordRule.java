package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import java.util.Optional;

/**
 * Keeps on each member's volume what a later resource of the same name must know: its role, the epoch, and the highest
 * number given. A volume is recorded as the primary's only while the recorded server answers from it: an empty one in its
 * place must never pass for it, in this life of the set or in the next.
 */
final class VolumeRecordRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        for (InstanceView view : seen.members()) {
            Optional<Action.RecordOnVolume> record = record(seen, view);
            view.volume()
                    .filter(volume -> !volume.deleting())
                    .ifPresent(volume ->
                            record.filter(wanted -> !recorded(volume, wanted)).ifPresent(draft::act));
        }
        return Next.GO_ON;
    }

    /** What is to be recorded; empty while it isn't known whether the primary's data is there. */
    static Optional<Action.RecordOnVolume> record(Observation seen, InstanceView view) {
        long epoch = seen.status().epoch();
        int lastNumber = seen.status().lastNumber();
        if (!view.name().equals(seen.status().primary())) {
            return Optional.of(
                    new Action.RecordOnVolume(view.name(), InstanceRole.Replica, Optional.empty(), epoch, lastNumber));
        }
        Optional<String> expected = seen.status().instance(view.name()).map(InstanceStatus::serverUuid);
        return view.state()
                .map(ServerState::serverUuid)
                .filter(uuid -> expected.equals(Optional.of(uuid)))
                .map(uuid -> new Action.RecordOnVolume(
                        view.name(), InstanceRole.Primary, Optional.of(uuid), epoch, lastNumber));
    }

    static boolean recorded(VolumeView volume, Action.RecordOnVolume wanted) {
        return volume.role().equals(Optional.of(wanted.role()))
                && volume.serverUuid().equals(wanted.serverUuid())
                && volume.epoch() == wanted.epoch()
                && volume.lastNumber() == wanted.lastNumber();
    }
}
