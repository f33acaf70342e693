package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How replicas follow the primary. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = Replication.ASYNC + "!has(self.acksRequired)",
        message =
                "spec.replication.acksRequired has no meaning with durability Async, which waits for no replica; leave it"
                        + " out, or choose Required or Preferred",
        fieldPath = ".acksRequired")
@ValidationRule(
        value = Replication.ASYNC + "!self.strict",
        message = "spec.replication.strict has no meaning with durability Async, which waits for no replica; leave it"
                + " out, or choose Required or Preferred",
        fieldPath = ".strict")
public record Replication(
        @JsonPropertyDescription(
                "How a replica tells its source where to begin: GTID names the transactions it has, FilePosition names a"
                        + " file and an offset recorded from the source. Fixed after creation. Default: GTID.")
        @Default("GTID")
        @ValidationRule(
                value = "self == oldSelf",
                message = "spec.replication.positioning is fixed after creation: the binary logs there are of the other"
                        + " kind; make a new set and load the data into it")
        Positioning positioning,

        @JsonPropertyDescription("Account with which replicas connect to the primary; its password is in the Secret"
                + " <set>-replication. Fixed after creation.")
        @Default("{}")
        @ValidationRule(
                value = "self == oldSelf",
                message =
                        "spec.replication.account is fixed after creation: the servers' accounts and channels are made with"
                                + " it; make a new set and load the data into it, or narrow who may connect with a NetworkPolicy")
        Account account,

        @JsonPropertyDescription(
                "What an acknowledged write rests on: Required waits until acksRequired replicas hold it, whatever"
                        + " happens; Preferred goes on without while no replica can answer; Async never waits. Default:"
                        + " Required from two replicas on, else Preferred.")
        @Nullable
        Durability durability,

        @JsonPropertyDescription(
                "How many replicas must hold a write before it is acknowledged, 1 to spec.replicas. Default: half of"
                        + " the replicas that may acknowledge, rounded up.")
        @Min(1)
        @Max(50)
        @Nullable
        Integer acksRequired,

        @JsonPropertyDescription(
                "Whether a replica has a write on its disk, not only in its memory, before it acknowledges it: safe"
                        + " against a loss of power everywhere at once, and slower. Default: false.")
        @Default("false")
        Boolean strict) {
    /** Begins a rule for what durability Async excludes. */
    static final String ASYNC = "!has(self.durability) || self.durability != 'Async' || ";

    public static final Replication DEFAULT = new Replication(Positioning.GTID, Account.DEFAULT, null, null, false);

    @SuppressWarnings("NullAway")
    public Replication {
        positioning = positioning == null ? Positioning.GTID : positioning;
        account = account == null ? Account.DEFAULT : account;
        strict = strict == null ? Boolean.FALSE : strict;
    }
}
