package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One member of the set.
 *
 * @param name such as {@code orders-2}: its StatefulSet, ConfigMap and volume are named so
 * @param number the number in its name; {@code server_id} derives from it
 * @param ready a primary that is open for writes, or a replica that serves reads
 * @param source the instance it replicates from; absent on the primary
 * @param sourceFile file of the source's binary log at which it was configured
 * @param sourcePosition byte offset in {@code sourceFile} at which it was configured
 * @param retrievedGtid GTIDs received from the source, as of the last change of this status
 * @param executedGtid GTIDs executed, as of the last change of this status
 * @param ioThread Yes, No or Connecting, as MySQL says it; WaitingForSpace while its volume is full
 * @param sqlThread Yes or No
 * @param lagSeconds behind the primary, as of the last change of this status
 * @param error the error that stops it, with its number
 * @param errant GTIDs that the primary does not have
 * @param seeding present while data is copied to it
 * @param acknowledgesFrom address of its pod from which it may acknowledge; absent where it can't, although it may still
 *     be one of {@code acknowledging}
 * @param barred address at which the primary locks it out, so that it can't acknowledge while nobody can reach it
 * @param reclones automatic copies after a divergence
 */
@RecordBuilder
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InstanceStatus(
        @Required
        @JsonPropertyDescription("Name such as orders-2; its StatefulSet, ConfigMap and volume are named so too.")
        String name,

        @JsonPropertyDescription("Number in the name; it is never given twice in a set.")
        Integer number,

        @JsonPropertyDescription("Part that the instance plays: Primary or Replica.") @Nullable
        InstanceRole role,

        @JsonPropertyDescription("MySQL's server_id: 1000 and the number.") @Nullable
        Long serverId,

        @JsonPropertyDescription("MySQL's server_uuid, which stays with the volume.") @Nullable
        String serverUuid,

        @JsonPropertyDescription("Version of mysqld, such as 9.7.4.") @Nullable
        String version,

        @JsonPropertyDescription("Whether a primary is open for writes, or a replica serves reads.") @Nullable
        Boolean ready,

        @JsonPropertyDescription("Instance that it replicates from; absent on the primary.") @Nullable
        String source,

        @JsonPropertyDescription("File of the source's binary log at which it was configured.") @Nullable
        String sourceFile,

        @JsonPropertyDescription("Offset in that file at which it was configured, in bytes.") @Nullable
        Long sourcePosition,

        @JsonPropertyDescription("GTID set received from the source, as of the last change of this status.") @Nullable
        String retrievedGtid,

        @JsonPropertyDescription("GTID set executed, as of the last change of this status.") @Nullable
        String executedGtid,

        @JsonPropertyDescription(
                "State of the thread that receives: Yes, No, Connecting, or WaitingForSpace while its volume is full.")
        @Nullable
        String ioThread,

        @JsonPropertyDescription("State of the thread that applies: Yes or No.") @Nullable
        String sqlThread,

        @JsonPropertyDescription(
                "How far it is behind the primary, in seconds, as of the last change of this status; live figures are"
                        + " metrics.")
        @Nullable
        Long lagSeconds,

        @JsonPropertyDescription("Error that stops it, with MySQL's error number.") @Nullable
        String error,

        @JsonPropertyDescription("GTIDs that it has and the primary has not.") @Nullable
        String errant,

        @JsonPropertyDescription("The copying of data to it; present only while that runs or is tried again.") @Nullable
        Seeding seeding,

        @JsonPropertyDescription("Address from which it may acknowledge writes; absent while it may not.") @Nullable
        String acknowledgesFrom,

        @JsonPropertyDescription(
                "Address at which the primary locks it out, so that it can't acknowledge writes while the operator"
                        + " can't reach it; absent while it may connect.")
        @Nullable
        String barred,

        @JsonPropertyDescription("Automatic copies after it had diverged from the primary, counted against a budget.")
        @Nullable
        Reclones reclones)
        implements InstanceStatusBuilder.With {

    /** A member of which nothing but its number is known yet. */
    public static InstanceStatus member(String name, int number, InstanceRole role) {
        return InstanceStatusBuilder.builder()
                .name(name)
                .number(number)
                .role(role)
                .ready(false)
                .build();
    }

    /** Nothing is copied to it any more. */
    public InstanceStatus seeded() {
        return with(its -> its.seeding(null));
    }

    /** It may not acknowledge any more. */
    public InstanceStatus silenced() {
        return with(its -> its.acknowledgesFrom(null));
    }

    /** Configured to replicate from {@code source}, beginning at these coordinates. */
    public InstanceStatus withSource(@Nullable String source, @Nullable String file, @Nullable Long position) {
        return with(its -> its.source(source).sourceFile(file).sourcePosition(position));
    }
}
