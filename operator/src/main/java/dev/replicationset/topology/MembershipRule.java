package dev.replicationset.topology;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Transition;
import dev.replicationset.api.VolumePolicy;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Replicas come and go by number. A new one gets the next number, none is used twice; the highest numbers that are not
 * the primary go first. Membership is changed in status before anything is made or removed, so a change of mind is
 * obeyed at once: whatever exists of an instance that is no member is removed, however far it had come.
 */
final class MembershipRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        removeLeftovers(seen, draft);
        List<InstanceStatus> members = seen.status().instances();
        int missing = seen.spec().size() - members.size();
        if (missing > 0) {
            scaleOut(seen, draft, missing);
        } else if (missing < 0) {
            scaleIn(seen, draft);
        }
        return Next.GO_ON;
    }

    private static void scaleOut(Observation seen, Draft draft, int missing) {
        String primary = seen.status().primary();
        if (primary == null) {
            return;
        }
        int last = seen.status().lastNumber();
        List<InstanceStatus> more = IntStream.rangeClosed(last + 1, last + missing)
                .mapToObj(number -> BootstrapRule.member(seen, number, false))
                .toList();
        draft.intend(status -> status.withInstances(Stream.concat(status.instances().stream(), more.stream())
                        .toList())
                .withLastNumber(last + missing));
        draft.tell(
                EventKind.ScalingOut,
                seen.id().name(),
                missing == 1 ? "Adding a replica" : "Adding %d replicas".formatted(missing));
    }

    /** Who is to go, since the spec wants fewer: the highest numbers that are neither the primary nor about to be. */
    static List<String> going(Observation seen) {
        Transition transition = seen.status().transition();
        String next = transition == null ? null : transition.to();
        int surplus = seen.status().instances().size() - seen.spec().size();
        return seen.status().instances().stream()
                .filter(member -> !member.name().equals(seen.status().primary())
                        && !member.name().equals(next))
                .sorted(Comparator.comparing(InstanceStatus::number).reversed())
                .limit(Math.max(0, surplus))
                .map(InstanceStatus::name)
                .toList();
    }

    /** One that may acknowledge leaves that record first ({@link AcknowledgingRule}). */
    private static void scaleIn(Observation seen, Draft draft) {
        List<String> going = going(seen).stream()
                .filter(name -> !seen.status().acknowledging().contains(name))
                .toList();
        if (going.isEmpty()) {
            return;
        }
        draft.intend(status -> status.withInstances(status.instances().stream()
                .filter(member -> !going.contains(member.name()))
                .toList()));
        draft.tell(EventKind.ScalingIn, seen.id().name(), "Removing " + String.join(", ", going));
    }

    private static void removeLeftovers(Observation seen, Draft draft) {
        boolean deleteVolume = seen.spec().storage().whenScaledIn() == VolumePolicy.Delete;
        for (InstanceView view : seen.leftovers()) {
            boolean volumeToDo = view.volume()
                    .filter(volume -> !volume.retired() && !volume.deleting())
                    .isPresent();
            if (view.statefulSet() || volumeToDo) {
                draft.act(new Action.RemoveInstance(view.name(), deleteVolume));
            }
        }
    }
}
