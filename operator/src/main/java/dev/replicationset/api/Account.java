package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The account with which replicas connect to the primary. */
public record Account(
        @JsonPropertyDescription(
                "Name of the account with which replicas connect to the primary, at most 32 characters. Default: repl.")
        @Default("repl")
        @Size(max = 64)
        @ValidationRule(value = NameRules.USER, message = "spec.replication.account.user " + NameRules.USER_MESSAGE)
        @ValidationRule(
                value = NameRules.USER_FREE,
                message = "spec.replication.account.user " + NameRules.USER_FREE_MESSAGE)
        String user,

        @JsonPropertyDescription(
                "Addresses from which that account may connect, as a MySQL host pattern: % for all, 10.244.% or"
                        + " 10.244.0.0/16 for the addresses of the pods. Names are refused, since the servers look none up."
                        + " Default: %.")
        @Default("'%'")
        @Size(max = 255)
        @ValidationRule(value = NameRules.HOST, message = NameRules.HOST_MESSAGE)
        @ValidationRule(value = NameRules.HOST_REMOTE, message = NameRules.HOST_REMOTE_MESSAGE)
        String host) {
    public static final Account DEFAULT = new Account("repl", "%");

    @SuppressWarnings("NullAway")
    public Account {
        user = user == null ? "repl" : user;
        host = host == null ? "%" : host;
    }
}
