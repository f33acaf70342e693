package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
import java.util.Optional;

/**
 * Keeps on each member's volume what a later resource of the same name must know: its role, the epoch, and the highest
 * number given.
 */
final class VolumeRecordRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        for (InstanceView view : seen.members()) {
            view.volume()
                    .filter(volume -> !volume.deleting() && !recorded(seen, view, volume))
                    .ifPresent(volume -> draft.act(new Action.RecordOnVolume(
                            view.name(),
                            role(seen, view),
                            seen.status().epoch(),
                            seen.status().lastNumber())));
        }
        return Next.GO_ON;
    }

    private static boolean recorded(Observation seen, InstanceView view, VolumeView volume) {
        return volume.role().equals(Optional.of(role(seen, view)))
                && volume.epoch() == seen.status().epoch()
                && volume.lastNumber() == seen.status().lastNumber();
    }

    static InstanceRole role(Observation seen, InstanceView view) {
        return view.name().equals(seen.status().primary()) ? InstanceRole.Primary : InstanceRole.Replica;
    }
}
