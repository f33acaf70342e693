package dev.replicationset.api;

/**
 * Automatic copies of a replica that had diverged, counted against a budget.
 *
 * @param count in the window that began at {@code since}
 * @param since RFC 3339
 * @param lastReason the error or the errant GTIDs that led to the last one
 */
public record Reclones(Integer count, String since, String lastReason) {}
