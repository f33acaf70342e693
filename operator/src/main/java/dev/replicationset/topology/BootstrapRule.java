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
 * become the primary. Where only replicas' volumes are left, a person has to say which one is to be trusted.
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
        return kept.stream()
                .filter(view -> record(view).role().equals(Optional.of(InstanceRole.Primary)))
                .max(Comparator.comparingLong(view -> record(view).epoch()));
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
        long epoch = Math.max(1, record(primary).epoch());
        draft.intend(status -> status.withInstances(members).withPrimary(primary.name(), epoch, highestNumber(seen)));
        draft.tell(
                EventKind.Adopted,
                primary.name(),
                "Taking over the volumes of an earlier set of this name: %s was its primary".formatted(primary.name()));
    }

    /** A replica with a source is not a new one: its volume may hold data. */
    private static InstanceStatus adopted(Observation seen, InstanceView view, String primary) {
        boolean isPrimary = view.name().equals(primary);
        InstanceStatus member = member(seen, view.number(), isPrimary);
        return isPrimary ? member : member.withSource(primary, null, null);
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
