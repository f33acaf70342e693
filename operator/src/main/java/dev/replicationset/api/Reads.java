package dev.replicationset.api;

import java.time.Duration;

/** Which instances the read endpoint leads to. */
public record Reads(String maxLag, Boolean fallbackToPrimary) {
    public static final Reads DEFAULT = new Reads("30s", true);

    @SuppressWarnings("NullAway")
    public Reads {
        maxLag = maxLag == null ? "30s" : maxLag;
        fallbackToPrimary = fallbackToPrimary == null ? Boolean.TRUE : fallbackToPrimary;
    }

    /** {@link #maxLag} as a duration; the schema admits what {@link Durations#parse} reads. */
    public Duration maxLagDuration() {
        return Durations.parse(maxLag);
    }
}
