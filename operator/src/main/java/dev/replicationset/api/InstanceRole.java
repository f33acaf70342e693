package dev.replicationset.api;

import java.util.Locale;

/** The part an instance plays. */
public enum InstanceRole {
    Primary,
    Replica;

    /** As the label {@link WellKnownLabels#ROLE} of pods says it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
