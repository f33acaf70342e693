package dev.replicationset.api;

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
 * @param ioThread Yes, No or Connecting, as MySQL says it
 * @param sqlThread Yes or No
 * @param lagSeconds behind the primary, as of the last change of this status
 * @param error the error that stops it, with its number
 * @param errant GTIDs that the primary does not have
 * @param seeding present while data is copied to it
 * @param reclones automatic copies after a divergence
 */
public record InstanceStatus(
        String name,
        Integer number,
        @Nullable InstanceRole role,
        @Nullable Long serverId,
        @Nullable String serverUuid,
        @Nullable String version,
        @Nullable Boolean ready,
        @Nullable String source,
        @Nullable String sourceFile,
        @Nullable Long sourcePosition,
        @Nullable String retrievedGtid,
        @Nullable String executedGtid,
        @Nullable String ioThread,
        @Nullable String sqlThread,
        @Nullable Long lagSeconds,
        @Nullable String error,
        @Nullable String errant,
        @Nullable Seeding seeding,
        @Nullable Reclones reclones) {

    /** A member of which nothing but its number is known yet. */
    public static InstanceStatus member(String name, int number, InstanceRole role) {
        return new InstanceStatus(
                name, number, role, null, null, null, false, null, null, null, null, null, null, null, null, null, null,
                null, null);
    }

    public InstanceStatus withSource(@Nullable String source, @Nullable String file, @Nullable Long position) {
        return new InstanceStatus(
                name,
                number,
                role,
                serverId,
                serverUuid,
                version,
                ready,
                source,
                file,
                position,
                retrievedGtid,
                executedGtid,
                ioThread,
                sqlThread,
                lagSeconds,
                error,
                errant,
                seeding,
                reclones);
    }

    public InstanceStatus withSeeding(@Nullable Seeding seeding) {
        return new InstanceStatus(
                name,
                number,
                role,
                serverId,
                serverUuid,
                version,
                ready,
                source,
                sourceFile,
                sourcePosition,
                retrievedGtid,
                executedGtid,
                ioThread,
                sqlThread,
                lagSeconds,
                error,
                errant,
                seeding,
                reclones);
    }

    public InstanceStatus withReclones(@Nullable Reclones reclones) {
        return new InstanceStatus(
                name,
                number,
                role,
                serverId,
                serverUuid,
                version,
                ready,
                source,
                sourceFile,
                sourcePosition,
                retrievedGtid,
                executedGtid,
                ioThread,
                sqlThread,
                lagSeconds,
                error,
                errant,
                seeding,
                reclones);
    }

    public InstanceStatus withServerUuid(String uuid) {
        return new InstanceStatus(
                name,
                number,
                role,
                serverId,
                uuid,
                version,
                ready,
                source,
                sourceFile,
                sourcePosition,
                retrievedGtid,
                executedGtid,
                ioThread,
                sqlThread,
                lagSeconds,
                error,
                errant,
                seeding,
                reclones);
    }
}
