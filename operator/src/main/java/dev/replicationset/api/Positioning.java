package dev.replicationset.api;

/** How a replica tells its source where to begin. */
public enum Positioning {
    GTID,
    FilePosition
}
