package dev.replicationset.api;

import org.jspecify.annotations.Nullable;

/**
 * The copying of data to a new or broken replica: an intent, recorded before it begins.
 *
 * @param donor the instance that is copied from
 * @param attempt counts from 1
 * @param since when this attempt was recorded, RFC 3339
 * @param stage MySQL's own word (DROP DATA, FILE COPY, PAGE COPY, REDO COPY, FILE SYNC, RESTART, RECOVERY), or Failed
 * @param bytes copied so far
 * @param totalBytes MySQL's estimate of all
 * @param percent of {@code totalBytes}
 * @param error why the last attempt failed
 */
public record Seeding(
        String donor,
        Integer attempt,
        String since,
        @Nullable String stage,
        @Nullable Long bytes,
        @Nullable Long totalBytes,
        @Nullable Integer percent,
        @Nullable String error) {}
