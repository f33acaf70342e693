package dev.replicationset.topology;

import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.MySQLReplicationSetStatus;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that a decision may rest on, as seen at one moment.
 *
 * @param now when it was put together
 * @param generation of the spec
 * @param resourceVersion of the resource that {@code spec} and {@code status} were read from
 * @param status as last recorded; {@link MySQLReplicationSetStatus#EMPTY} for a new resource
 * @param instances every instance that is a member in status or of which a StatefulSet or volume of this set still
 *     exists, by name, in the order of their numbers
 * @param drift objects of the set that are missing or differ from what the spec asks for
 * @param failures actions that failed lately, by {@link Action#key()}, so that they are tried again with back-off
 * @param promote the value of the annotation {@code replicationset.dev/promote}: who is asked to become the primary
 * @param secretsChanged whether a Secret of the set has changed since this process last prepared the schema and the owner
 *     of {@code spec.bootstrap}
 */
@RecordBuilder
public record Observation(
        SetId id,
        Instant now,
        boolean deleting,
        long generation,
        String resourceVersion,
        MySQLReplicationSetSpec spec,
        MySQLReplicationSetStatus status,
        Map<String, InstanceView> instances,
        Set<ObjectRef> drift,
        Map<String, Failure> failures,
        Optional<String> promote,
        boolean secretsChanged)
        implements ObservationBuilder.With {

    /** The members, in the order of their numbers. */
    public List<InstanceView> members() {
        return status.instances().stream()
                .map(member -> instances.get(member.name()))
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    /** What still exists of instances that are no members. */
    public Collection<InstanceView> leftovers() {
        return instances.values().stream()
                .filter(view -> status.instance(view.name()).isEmpty())
                .toList();
    }

    /** The instance that is, or becomes, the primary. */
    public Optional<InstanceView> primary() {
        return Optional.ofNullable(status.primary()).map(instances::get);
    }

    /** The primary's state, while it is the server that was recorded as such: another one in its place is no source. */
    public Optional<ServerState> source() {
        return primary().filter(view -> !PrimaryRule.dataLost(this, view)).flatMap(InstanceView::state);
    }

    /** Whether the primary is missed, so that it matters what the replicas see of it. */
    public boolean primaryMissed() {
        return PrimaryLoss.of(this).isPresent();
    }

    public List<InstanceView> replicas() {
        return members().stream()
                .filter(view -> !view.name().equals(status.primary()))
                .toList();
    }

    /**
     * An action that failed.
     *
     * @param times in a row
     * @param retryAt not tried before
     * @param message of the last failure; empty after a success that may have to be repeated
     * @param errorNumber MySQL's, of the last failure; 0 for any other
     */
    public record Failure(int times, Instant retryAt, String message, int errorNumber) {}
}
