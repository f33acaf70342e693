package dev.replicationset.api;

/** The labels by which people and autoscalers find the pods of a set. */
public final class WellKnownLabels {
    /** Before the slash of every label and annotation of this operator. */
    public static final String PREFIX = MySQLReplicationSet.GROUP + "/";

    /** On every object of a set: the set's name. */
    public static final String SET = PREFIX + "set";

    /** On pods, for people: {@link InstanceRole#label}. On volumes, as an annotation: {@link InstanceRole}. */
    public static final String ROLE = PREFIX + "role";

    private WellKnownLabels() {}

    /** Selects the pods of a set's replicas. */
    public static String replicas(String set) {
        return "%s=%s,%s=%s".formatted(SET, set, ROLE, InstanceRole.Replica.label());
    }
}
