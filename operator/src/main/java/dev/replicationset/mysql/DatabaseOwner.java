package dev.replicationset.mysql;

import static dev.replicationset.desired.AccountStatements.account;
import static dev.replicationset.desired.AccountStatements.databasePattern;
import static dev.replicationset.desired.AccountStatements.identifier;
import static dev.replicationset.desired.AccountStatements.literal;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView.Cause;
import java.util.Optional;

/**
 * The database that a set begins with and the account that owns it, both replicated. Writes nothing when all is there.
 *
 * <p>The password is set last, so that one that is right shows that all was done.
 */
final class DatabaseOwner {
    private final Connections connections;
    private final ServerAddress primary;

    DatabaseOwner(Connections connections, ServerAddress primary) {
        this.connections = connections;
        this.primary = primary;
    }

    void prepare(Session session, String database, Optional<Accounts.Login> owner) throws MysqlFailure {
        boolean exists = session.first(
                        "SELECT 1 FROM information_schema.schemata WHERE schema_name = " + literal(database),
                        row -> true)
                .isPresent();
        if (!exists) {
            session.run("CREATE DATABASE IF NOT EXISTS " + identifier(database));
        }
        if (owner.isPresent() && !knows(owner.get())) {
            String account = account(owner.get().user(), "%");
            session.run(
                    "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY RANDOM PASSWORD",
                    "GRANT ALL ON " + databasePattern(database) + ".* TO " + account,
                    "ALTER USER " + account + " IDENTIFIED BY "
                            + literal(owner.get().password()));
        }
    }

    /**
     * Whether the server knows that login: the administrative port turns an ordinary account away only after its
     * password was found right.
     */
    private boolean knows(Accounts.Login owner) throws MysqlFailure {
        try {
            Connections.abort(connections.open(primary, owner, Connections.Purpose.Command));
            return true;
        } catch (MysqlFailure e) {
            if (e.kind() == Cause.AccessDenied) {
                return false;
            }
            if (e.errorNumber() != 0) {
                return true;
            }
            throw e;
        }
    }
}
