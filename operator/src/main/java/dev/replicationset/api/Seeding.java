package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The copying of data to a new or broken replica: an intent, recorded before it begins.
 *
 * @param donor the instance that is copied from
 * @param attempt counts from 1
 * @param since when this attempt was recorded, RFC 3339
 * @param earlierClone when the recipient's last CLONE before this attempt began, by its own clock; tells this attempt's
 *     traces from older ones
 * @param stage {@value #WAITING} before it begins, then MySQL's own word (DROP DATA, FILE COPY, PAGE COPY, REDO COPY,
 *     FILE SYNC, RESTART, RECOVERY), then {@value #ATTACHING} until the replica follows its source
 * @param bytes copied so far
 * @param totalBytes MySQL's estimate of all
 * @param percent of {@code totalBytes}
 * @param error why the last attempt failed
 */
@RecordBuilder
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Seeding(
        @JsonPropertyDescription("Instance that the data is copied from.")
        String donor,

        @JsonPropertyDescription("Number of the attempt, counted from 1.")
        Integer attempt,

        @JsonPropertyDescription("When this attempt was decided, as an RFC 3339 time.")
        String since,

        @JsonPropertyDescription(
                "When the replica's last copy before this attempt began, by its own clock; empty when there was none.")
        @Nullable
        String earlierClone,

        @JsonPropertyDescription(
                "Stage in MySQL's own words, such as FILE COPY or RECOVERY; Waiting before it begins, Attaching after it ended.")
        @Nullable
        String stage,

        @JsonPropertyDescription("Bytes copied so far.") @Nullable
        Long bytes,

        @JsonPropertyDescription("MySQL's estimate of all bytes to copy.") @Nullable
        Long totalBytes,

        @JsonPropertyDescription("Share of the estimate that is copied, in percent.") @Nullable
        Integer percent,

        @JsonPropertyDescription("Why the last attempt failed.") @Nullable
        String error)
        implements SeedingBuilder.With {
    public static final String WAITING = "Waiting";
    public static final String ATTACHING = "Attaching";

    public boolean attaching() {
        return ATTACHING.equals(stage);
    }
}
