package dev.replicationset.api;

/** What an acknowledged write rests on. */
public enum Durability {
    /** A write is acknowledged only when {@code acksRequired} replicas hold it; without them it waits. */
    Required,
    /** The same while any replica can acknowledge; when none can, writes go on without. */
    Preferred,
    /** A write is acknowledged when the primary holds it. */
    Async
}
