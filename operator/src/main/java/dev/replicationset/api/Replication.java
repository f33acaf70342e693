package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;

/** How replicas follow the primary. */
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
        Account account) {
    public static final Replication DEFAULT = new Replication(Positioning.GTID, Account.DEFAULT);

    @SuppressWarnings("NullAway")
    public Replication {
        positioning = positioning == null ? Positioning.GTID : positioning;
        account = account == null ? Account.DEFAULT : account;
    }
}
