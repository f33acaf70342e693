package dev.replicationset.api;

/** What becomes of a volume that is no longer used. */
public enum VolumePolicy {
    Retain,
    Delete
}
