package dev.replicationset.topology;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Positioning;
import dev.replicationset.api.Seeding;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Hands out the instances that can be copied from, each to one recipient at a time: mysqld serves one CLONE at a time.
 * A healthy replica goes before the primary, which has clients to serve; with positioning FilePosition only the
 * primary's own coordinates are of use, so only it can give.
 */
final class Donors {
    private final Observation seen;
    private final Set<String> busy = new HashSet<>();

    Donors(Observation seen) {
        this.seen = seen;
        for (InstanceStatus member : seen.status().instances()) {
            Seeding seeding = member.seeding();
            if (seeding != null && !seeding.attaching()) {
                busy.add(seeding.donor());
            }
        }
    }

    /**
     * A free donor, if there is one.
     *
     * @param attempt counts from 1; each attempt begins its search at another replica
     */
    Optional<String> take(int attempt) {
        List<String> candidates = candidates();
        for (int i = 0; i < candidates.size(); i++) {
            String candidate = candidates.get((i + attempt - 1) % candidates.size());
            if (busy.add(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Whether a chosen donor can still give. */
    boolean fit(String donor) {
        return candidates().contains(donor);
    }

    void release(String donor) {
        busy.remove(donor);
    }

    private List<String> candidates() {
        if (seen.spec().replication().positioning() == Positioning.GTID) {
            List<String> healthy = seen.replicas().stream()
                    .filter(view -> ReplicaHealth.of(seen, view).serves())
                    .map(InstanceView::name)
                    .toList();
            if (!healthy.isEmpty()) {
                return healthy;
            }
        }
        return seen.primary()
                .filter(primary ->
                        primary.state().filter(ServerState::schemaReady).isPresent()
                                && !PrimaryRule.dataLost(seen, primary))
                .map(primary -> List.of(primary.name()))
                .orElse(List.of());
    }
}
