package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Facts, and intents that must survive a crash of the operator ({@code primary}, {@code epoch}, {@code lastNumber}, the
 * members of {@code instances} with their {@code seeding}, {@code acknowledgesFrom} and {@code barred}, {@code acknowledging}, {@code acksRequired},
 * {@code transition} and {@code binlog}).
 *
 * @param primary name of the instance that is or becomes the primary; absent until one was chosen
 * @param epoch grows by one with every change of primary; 0 before the first
 * @param lastNumber the highest instance number ever given; numbers are never used twice
 * @param replicas how many replicas are members now, for the scale subresource
 * @param readyReplicas how many of them serve reads
 * @param ready {@code readyReplicas/spec.replicas}, for people
 * @param selector label selector of the replicas' pods, for autoscalers
 * @param binlog the primary's coordinates as recorded before it was first opened for writes as such; what it had
 *     executed then must be held by whoever succeeds it
 * @param acknowledging every replica that may acknowledge a commit of the primary: a superset of those that can, recorded
 *     before they can and until they no longer can
 * @param acksRequired each acknowledged commit is held by so many of {@code acknowledging}; never more than the primary
 *     waits for; 0 while it waits for none
 * @param transition the change of primary that is under way
 */
@RecordBuilder
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MySQLReplicationSetStatus(
        @JsonPropertyDescription("Generation of the spec that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Name of the instance that is or becomes the primary; absent until one was chosen.")
        @Nullable
        String primary,

        @JsonPropertyDescription("Grows by one with every change of primary; 0 before the first.")
        Long epoch,

        @JsonPropertyDescription("Highest instance number ever given; numbers are never given twice.")
        Integer lastNumber,

        @StatusReplicas @JsonPropertyDescription("How many replicas the set has now.") @Nullable
        Integer replicas,

        @JsonPropertyDescription("How many of them serve reads.") @Nullable
        Integer readyReplicas,

        @JsonPropertyDescription("Replicas that serve reads and replicas wanted, such as 2/2.") @Nullable
        String ready,

        @LabelSelector @JsonPropertyDescription("Label selector of the replicas' pods, for autoscalers.") @Nullable
        String selector,

        @JsonPropertyDescription("Version of the primary's mysqld, such as 9.7.4.") @Nullable
        String version,

        @JsonPropertyDescription(
                "The primary's coordinates, as recorded before it was first opened for writes by this resource.")
        @Nullable
        BinlogCoordinates binlog,

        @JsonPropertyDescription(
                "Replicas that may acknowledge writes: always all that can, and recorded before they can.")
        List<String> acknowledging,

        @JsonPropertyDescription(
                "How many of them hold each write that was acknowledged; the primary never asks for fewer.")
        Integer acksRequired,

        @JsonPropertyDescription("The change of primary that is under way; absent while none is.") @Nullable
        Transition transition,

        @JsonPropertyDescription("The members of the set, one entry each.")
        List<InstanceStatus> instances,

        @JsonPropertyDescription(
                "What holds of the set: Ready, PrimaryAvailable, ReplicasReady, FailoverReady, UpToDate and Paused,"
                        + " each with a reason and a message that says what to do.")
        List<Condition> conditions)
        implements MySQLReplicationSetStatusBuilder.With {
    public static final MySQLReplicationSetStatus EMPTY = new MySQLReplicationSetStatus(
            null, null, 0L, 0, null, null, null, null, null, null, List.of(), 0, null, List.of(), List.of());

    @SuppressWarnings("NullAway")
    public MySQLReplicationSetStatus {
        epoch = epoch == null ? Long.valueOf(0) : epoch;
        lastNumber = lastNumber == null ? Integer.valueOf(0) : lastNumber;
        acknowledging = acknowledging == null ? List.of() : List.copyOf(acknowledging);
        acksRequired = acksRequired == null ? Integer.valueOf(0) : acksRequired;
        instances = instances == null ? List.of() : List.copyOf(instances);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    public Optional<InstanceStatus> instance(String name) {
        return instances.stream().filter(i -> i.name().equals(name)).findFirst();
    }

    /** The same status with {@code member} in place of the member of that name. */
    public MySQLReplicationSetStatus with(InstanceStatus member) {
        return withInstances(instances.stream()
                .map(i -> i.name().equals(member.name()) ? member : i)
                .toList());
    }

    /** The same status with a primary, its epoch and the highest number given so far. */
    public MySQLReplicationSetStatus withPrimary(String name, long atEpoch, int highestNumber) {
        return with(its -> its.primary(name).epoch(atEpoch).lastNumber(highestNumber));
    }
}
