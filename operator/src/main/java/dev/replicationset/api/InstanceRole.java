package dev.replicationset.api;

/** The part an instance plays. */
public enum InstanceRole {
    Primary,
    Replica
}
