package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A change of primary that is under way: an intent, recorded before each step of it.
 *
 * @param to who becomes the primary; absent in a failover until the candidates are stopped and compared
 * @param epoch that the new primary gets
 * @param since when this phase was recorded, RFC 3339
 */
@RecordBuilder
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Transition(
        @JsonPropertyDescription("Failover from a lost primary, or Switchover from one that is well.")
        Kind kind,

        @JsonPropertyDescription("Primary that is replaced.")
        String from,

        @JsonPropertyDescription("Instance that becomes the primary; absent until one is chosen.") @Nullable
        String to,

        @JsonPropertyDescription("Epoch that the new primary gets.")
        Long epoch,

        @JsonPropertyDescription(
                "How far it is: Fencing stops what the replicas receive, Closing closes the old primary, CatchingUp"
                        + " waits until the new one has applied all it holds, Promoting makes and opens the new primary.")
        Phase phase,

        @JsonPropertyDescription("When this phase began, as an RFC 3339 time.")
        String since)
        implements TransitionBuilder.With {

    /** Why the primary changes. */
    public enum Kind {
        Failover,
        Switchover
    }

    /** In the order in which they follow; a failover begins with the first, a switchover with the second. */
    public enum Phase {
        Fencing,
        Closing,
        CatchingUp,
        /** The new primary is recorded: from here it only goes forward. */
        Promoting
    }
}
