package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What a new set holds at first: an empty database and the account that owns it. */
@ValidationRule(
        value = "has(self.owner) || self.database.size() <= 32",
        message =
                "spec.bootstrap.owner is missing: it defaults to the name of the database, which is longer than the 32"
                        + " characters of a MySQL user name; name an owner",
        fieldPath = ".owner")
@ValidationRule(
        value = "has(self.owner) || " + NameRules.DATABASE_FREE_AS_USER,
        message = "spec.bootstrap.owner is missing: it defaults to the name of the database, and that is an account of"
                + " MySQL's or the operator's own; name an owner",
        fieldPath = ".owner")
public record Bootstrap(
        @Required
        @JsonPropertyDescription(
                "Name of an empty database made in a new set, at most 64 characters. Fixed after creation.")
        @Size(max = 128)
        @ValidationRule(value = NameRules.DATABASE, message = NameRules.DATABASE_MESSAGE)
        @ValidationRule(value = NameRules.DATABASE_FREE, message = NameRules.DATABASE_FREE_MESSAGE)
        String database,

        @JsonPropertyDescription(
                "Name of the account that has all rights on that database, at most 32 characters; its password and"
                        + " addresses are in the Secret <set>-app. Fixed after creation. Default: the name of the database.")
        @Size(max = 64)
        @ValidationRule(value = NameRules.USER, message = "spec.bootstrap.owner " + NameRules.USER_MESSAGE)
        @ValidationRule(value = NameRules.USER_FREE, message = "spec.bootstrap.owner " + NameRules.USER_FREE_MESSAGE)
        String owner) {
    @SuppressWarnings("NullAway")
    public Bootstrap {
        owner = owner == null ? database : owner;
    }
}
