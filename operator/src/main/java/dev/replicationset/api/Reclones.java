package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * Automatic copies of a replica that had diverged, counted against a budget.
 *
 * @param count in the window that began at {@code since}
 * @param since RFC 3339
 * @param lastReason the error or the errant GTIDs that led to the last one
 */
public record Reclones(
        @JsonPropertyDescription("How many there were since the time given.")
        Integer count,

        @JsonPropertyDescription("When counting began, as an RFC 3339 time.")
        String since,

        @JsonPropertyDescription("The error, or the transactions of its own, that led to the last one.")
        String lastReason) {}
