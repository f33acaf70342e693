package dev.replicationset.api;

/** The account with which replicas connect to the primary. */
public record Account(String user, String host) {
    public static final Account DEFAULT = new Account("repl", "%");

    @SuppressWarnings("NullAway")
    public Account {
        user = user == null ? "repl" : user;
        host = host == null ? "%" : host;
    }
}
