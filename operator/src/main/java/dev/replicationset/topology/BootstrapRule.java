package dev.replicationset.topology;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses members and primary of a set that has none yet, and records them before any object is made.
 *
 * <p>Volumes that an earlier resource of the same name left behind are taken over: the primary is the volume that was
 * recorded as such at the highest epoch. A server is opened for writes only after its volume was recorded as the
 * primary's ({@link PrimaryRule}), so volumes without any record hold no client's data, and the first of them may
 * become the primary. Where only replicas' volumes are left, a person has to say which one is to be trusted. Of the primary
 * the server's UUID is taken over too, so that an empty server in its place is noticed.
 */
final class BootstrapRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        if (seen.status().primary() != null) {
            return Next.GO_ON;
        }
        List<InstanceView> kept = kept(seen);
        if (kept.isEmpty()) {
            create(seen, draft);
        } else {
            keptPrimary(kept).ifPresent(primary -> adopt(seen, draft, kept, primary));
        }
        return Next.STOP;
    }

    /** Whether volumes are left of which none is known to be the primary's. */
    static boolean primaryUnknown(Observation seen) {
        List<InstanceView> kept = kept(seen);
        return seen.status().primary() == null
                && !kept.isEmpty()
                && keptPrimary(kept).isEmpty();
    }

    private static List<InstanceView> kept(Observation seen) {
        return seen.instances().values().stream()
                .filter(view -> view.volume()
                        .filter(volume -> !volume.deleting() && !volume.retired())
                        .isPresent())
                .sorted(Comparator.comparingInt(InstanceView::number))
                .toList();
    }

    private static Optional<InstanceView> keptPrimary(List<InstanceView> kept) {
        if (kept.stream().allMatch(view -> record(view).role().isEmpty())) {
            return Optional.of(kept.getFirst());
        }
        List<InstanceView> primaries = kept.stream()
                .filter(view -> record(view).role().equals(Optional.of(InstanceRole.Primary)))
                .toList();
        long newest =
                primaries.stream().mapToLong(view -> record(view).epoch()).max().orElse(0);
        List<InstanceView> candidates = primaries.stream()
                .filter(view -> record(view).epoch() == newest)
                .toList();
        // Two of one epoch: a person named one, and has to take the name from the other.
        return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }

    private static VolumeView record(InstanceView view) {
        return view.volume().orElseThrow();
    }

    private static void create(Observation seen, Draft draft) {
        int first = highestNumber(seen) + 1;
        List<InstanceStatus> members = IntStream.range(
                        first, first + seen.spec().size())
                .mapToObj(number -> member(seen, number, number == first))
                .toList();
        String primary = members.getFirst().name();
        draft.intend(status -> status.withInstances(members)
                .withPrimary(primary, 1, members.getLast().number()));
        draft.tell(
                EventKind.Bootstrapping,
                primary,
                "Making a new set: %s is the primary, with %d replicas"
                        .formatted(primary, seen.spec().replicas()));
    }

    private static void adopt(Observation seen, Draft draft, List<InstanceView> kept, InstanceView primary) {
        List<InstanceStatus> members =
                kept.stream().map(view -> adopted(seen, view, primary.name())).toList();
        long epoch = epoch(kept, record(primary));
        draft.intend(status -> status.withInstances(members).withPrimary(primary.name(), epoch, highestNumber(seen)));
        draft.tell(
                EventKind.Adopted,
                primary.name(),
                "Taking over the volumes of an earlier set of this name: %s was its primary".formatted(primary.name()));
    }

    /** Grows when a person named another primary than the last one, whose heartbeats must then count for nothing. */
    private static long epoch(List<InstanceView> kept, VolumeView primary) {
        long last = kept.stream().mapToLong(view -> record(view).epoch()).max().orElse(0);
        boolean named = primary.serverUuid().isEmpty() && last > 0;
        return Math.max(1, named ? last + 1 : last);
    }

    /** A replica with a source is not a new one: its volume may hold data. */
    private static InstanceStatus adopted(Observation seen, InstanceView view, String primary) {
        boolean isPrimary = view.name().equals(primary);
        InstanceStatus member = member(seen, view.number(), isPrimary);
        return isPrimary
                ? record(view).serverUuid().map(member::withServerUuid).orElse(member)
                : member.withSource(primary, null, null);
    }

    /** Of all numbers that are known to have been given. */
    private static int highestNumber(Observation seen) {
        int highest = seen.status().lastNumber();
        for (InstanceView view : seen.instances().values()) {
            int recorded = view.volume().map(VolumeView::lastNumber).orElse(0);
            highest = Math.max(highest, Math.max(view.number(), recorded));
        }
        return highest;
    }

    static InstanceStatus member(Observation seen, int number, boolean primary) {
        return InstanceStatus.member(
                seen.id().name() + "-" + number, number, primary ? InstanceRole.Primary : InstanceRole.Replica);
    }
}
