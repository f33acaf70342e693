package dev.replicationset.desired;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Accounts.Login;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The SQL that makes the accounts of one instance what the Secrets say.
 *
 * <p>Every statement is idempotent and none writes to the binary log. {@link #script} is meant for mysqld's
 * {@code init_file}, at the first start ({@code --initialize-insecure}) and at every later one: mysqld runs it as a super
 * user before it accepts a client, with {@code super_read_only} in force and left in force. So kept volumes with new
 * Secrets, an altered operator's password and accounts that came with a CLONE are right after a restart. A statement
 * that fails there ends the script but not mysqld, hence the order: what the operator needs to mend the rest comes first.
 */
public final class AccountStatements {
    /** MySQL takes no longer one in CHANGE REPLICATION SOURCE. */
    public static final int MAX_REPLICATION_PASSWORD = 32;

    /** The operator's own schema. */
    public static final String SCHEMA = "replicationset";

    // Static privileges; WITH GRANT OPTION, since it grants REPLICATION SLAVE to the replicas' account.
    private static final String STATIC_PRIVILEGES =
            // RESET REPLICA; seeing clients; SHOW REPLICA STATUS; granting; accounts.
            "RELOAD, PROCESS, REPLICATION CLIENT, REPLICATION SLAVE, CREATE USER";

    private static final String DYNAMIC_PRIVILEGES = String.join(
            ", ",
            "SYSTEM_VARIABLES_ADMIN", // read_only, offline_mode, clone_valid_donor_list, sql_log_bin
            "REPLICATION_SLAVE_ADMIN", // CHANGE REPLICATION SOURCE, START and STOP REPLICA
            "SERVICE_CONNECTION_ADMIN", // the administrative port
            "CONNECTION_ADMIN", // ending clients' connections; offline_mode
            "BACKUP_ADMIN", // donor of CLONE
            "CLONE_ADMIN", // recipient of CLONE
            "SYSTEM_USER"); // ending and altering accounts that have it, and being safe from those that have not

    // The same password is set at every start, whatever policy of password age the user's my.cnf sets for people.
    private static final String PASSWORD_POLICY =
            " PASSWORD EXPIRE NEVER PASSWORD HISTORY 0 PASSWORD REUSE INTERVAL 0 DAY";

    private AccountStatements() {}

    /**
     * The whole script: root, operator, replication; first statement {@code SET SESSION sql_log_bin=0}.
     *
     * @param database that the operator is to make and to hand to its owner
     * @return one statement per line, each ended by {@code ;}
     */
    public static String script(Accounts accounts, Optional<String> database) {
        List<String> all = new ArrayList<>();
        all.add("SET SESSION sql_log_bin=0");
        all.add("SET SESSION sql_mode=''");
        String operator = account(accounts.operator().user(), "%");
        all.addAll(login(operator, accounts.operator(), true));
        all.add("GRANT " + STATIC_PRIVILEGES + " ON *.* TO " + operator + " WITH GRANT OPTION");
        all.add("GRANT " + DYNAMIC_PRIVILEGES + " ON *.* TO " + operator);
        all.add("GRANT SELECT ON performance_schema.* TO " + operator);
        // Which addresses are locked out.
        all.add("GRANT SELECT ON mysql.user TO " + operator);
        all.add("GRANT ALL ON " + identifier(SCHEMA) + ".* TO " + operator);
        database.ifPresent(
                name -> all.add("GRANT ALL ON " + databasePattern(name) + ".* TO " + operator + " WITH GRANT OPTION"));
        String root = account(accounts.root().user(), "localhost");
        all.addAll(login(root, accounts.root(), false));
        all.add("GRANT ALL ON *.* TO " + root + " WITH GRANT OPTION");
        all.addAll(replication(accounts));
        return String.join(";\n", all) + ";\n";
    }

    /**
     * The part that the operator itself may run on a running server; it can give no more than it holds. Its own
     * privileges and root's change with the script at the next start.
     */
    public static List<String> whileRunning(Accounts accounts) {
        List<String> all = new ArrayList<>();
        all.add("ALTER USER " + account(accounts.operator().user(), "%") + identifiedBy(accounts.operator())
                + " REQUIRE SSL");
        all.add("ALTER USER IF EXISTS " + account(accounts.root().user(), "localhost") + identifiedBy(accounts.root()));
        all.addAll(replication(accounts));
        return List.copyOf(all);
    }

    private static List<String> replication(Accounts accounts) {
        String account = account(accounts.replication().user(), accounts.replicationHost());
        List<String> all = new ArrayList<>(login(account, accounts.replication(), true));
        all.add("GRANT REPLICATION SLAVE ON *.* TO " + account);
        return all;
    }

    // ALTER after CREATE: the first does nothing for an account that exists. Root may be locked, if somebody likes it
    // so.
    private static List<String> login(String account, Login login, boolean own) {
        String rest = account
                + identifiedBy(login)
                + (own ? " REQUIRE SSL" : "")
                + PASSWORD_POLICY
                + (own ? " ACCOUNT UNLOCK" : "");
        return List.of("CREATE USER IF NOT EXISTS " + rest, "ALTER USER " + rest);
    }

    private static String identifiedBy(Login login) {
        return " IDENTIFIED WITH caching_sha2_password BY " + literal(login.password());
    }

    public static String account(String user, String host) {
        return literal(user) + "@" + literal(host);
    }

    /**
     * A string literal, for statements that take no parameters. Right where {@code sql_mode} holds neither
     * {@code NO_BACKSLASH_ESCAPES} nor {@code ANSI_QUOTES}; whoever uses it sets an empty one first.
     */
    public static String literal(String text) {
        StringBuilder quoted = new StringBuilder("'");
        text.chars().forEach(c -> {
            switch (c) {
                case '\'' -> quoted.append("''");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case 0 -> quoted.append("\\0");
                default -> quoted.append((char) c);
            }
        });
        return quoted.append('\'').toString();
    }

    /** An option file for the client program on the server's own machine. */
    static String client(Login login) {
        StringBuilder quoted = new StringBuilder();
        login.password().chars().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                default -> quoted.append((char) c);
            }
        });
        return "[client]\nuser=%s\npassword=\"%s\"\nsocket=%s/mysqld.sock\n".formatted(login.user(), quoted, Files.RUN);
    }

    /** A name in back quotes. */
    public static String identifier(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** A database in GRANT, where {@code _} and {@code %} would stand for others. */
    public static String databasePattern(String name) {
        return identifier(name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%"));
    }
}
