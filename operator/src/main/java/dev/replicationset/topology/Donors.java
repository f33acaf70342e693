package dev.replicationset.topology;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Positioning;
import dev.replicationset.api.Seeding;
import dev.replicationset.topology.ServerState.CloneProgress;
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
            if (seeding != null && !seeding.attaching() && copies(member)) {
                busy.add(seeding.donor());
            }
        }
    }

    /** A recipient that is away keeps no donor, nor does one that waits for its next attempt. */
    private boolean copies(InstanceStatus member) {
        return Optional.ofNullable(seen.instances().get(member.name()))
                .flatMap(InstanceView::state)
                .flatMap(ServerState::cloning)
                .filter(clone -> clone.state() == CloneProgress.State.InProgress)
                .isPresent();
    }

    /** Takes that donor, if it is free. */
    boolean claim(String donor) {
        return busy.add(donor);
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
                        seen.source().filter(ServerState::schemaReady).isPresent())
                .map(primary -> List.of(primary.name()))
                .orElse(List.of());
    }
}
