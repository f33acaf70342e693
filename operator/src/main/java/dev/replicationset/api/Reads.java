package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;

/** Which instances the read endpoint leads to. */
public record Reads(
        @JsonPropertyDescription(
                "How far a replica may be behind the primary and still serve reads, as a duration such as 500ms, 30s or"
                        + " 1m30s. Default: 30s.")
        @Default("30s")
        @Size(max = 32)
        @ValidationRule(
                value = "self.matches('" + Durations.PATTERN + "')",
                message =
                        "spec.reads.maxLag is not a duration; write a number and a unit (ms, s, m or h), such as 30s or"
                                + " 1m30s")
        String maxLag,

        @JsonPropertyDescription(
                "Whether the read endpoint leads to the primary while no replica may serve reads; else it leads nowhere"
                        + " then. Default: true.")
        @Default("true")
        Boolean fallbackToPrimary) {
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
