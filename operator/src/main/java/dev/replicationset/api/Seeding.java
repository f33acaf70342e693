package dev.replicationset.api;

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
public record Seeding(
        String donor,
        Integer attempt,
        String since,
        @Nullable String earlierClone,
        @Nullable String stage,
        @Nullable Long bytes,
        @Nullable Long totalBytes,
        @Nullable Integer percent,
        @Nullable String error) {
    public static final String WAITING = "Waiting";
    public static final String ATTACHING = "Attaching";

    public boolean attaching() {
        return ATTACHING.equals(stage);
    }
}
