package dev.replicationset.topology;

import java.util.Optional;

/**
 * The MySQL accounts of a set. Passwords never appear in {@link #toString}.
 *
 * @param owner of {@code spec.bootstrap.database}; made on the primary only, and replicated
 */
public record Accounts(Login operator, Login replication, String replicationHost, Login root, Optional<Login> owner) {

    /** A name and its password. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return user + ":***";
        }
    }
}
