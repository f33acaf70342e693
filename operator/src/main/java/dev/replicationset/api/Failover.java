package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;

/** What happens when the primary is lost. */
public record Failover(
        @JsonPropertyDescription(
                "Whether a replica takes the place of a primary that is lost; else the condition PrimaryAvailable names"
                        + " the candidate, and a person decides. Default: true.")
        @Default("true")
        Boolean automatic,

        @JsonPropertyDescription(
                "How long a lost primary is waited for before a replica takes its place, as a duration such as 0s or"
                        + " 30s. No acknowledged write is lost either way. Default: 0s.")
        @Default("0s")
        @Size(max = 32)
        @ValidationRule(
                value = "self.matches('" + Durations.PATTERN + "')",
                message = "spec.failover.delay is not a duration; write a number and a unit (ms, s, m or h), such as 0s"
                        + " or 30s")
        String delay) {
    public static final Failover DEFAULT = new Failover(true, "0s");

    @SuppressWarnings("NullAway")
    public Failover {
        automatic = automatic == null ? Boolean.TRUE : automatic;
        delay = delay == null ? "0s" : delay;
    }

    /** {@link #delay} as a duration; the schema admits what {@link Durations#parse} reads. */
    public Duration delayDuration() {
        return Durations.parse(delay);
    }
}
