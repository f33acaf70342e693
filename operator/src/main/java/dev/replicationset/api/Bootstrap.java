package dev.replicationset.api;

/** What a new set holds at first: an empty database and the account that owns it. */
public record Bootstrap(String database, String owner) {
    @SuppressWarnings("NullAway")
    public Bootstrap {
        owner = owner == null ? database : owner;
    }
}
