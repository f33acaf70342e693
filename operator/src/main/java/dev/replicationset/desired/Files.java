package dev.replicationset.desired;

/** Where things lie in a pod of the set. */
final class Files {
    /** my.cnf, the script and the accounts, mounted read-only from ConfigMap and Secret. */
    static final String CONFIG = "/etc/mysql-replicationset";

    static final String MY_CNF = "my.cnf";
    static final String INITIALIZE = "initialize.sh";
    static final String ACCOUNTS = "accounts.sql";

    /** The volume. */
    static final String VOLUME = "/var/lib/mysql";

    /** A folder below the volume's root, so that lost+found and marker files are not mysqld's concern. */
    static final String DATA = VOLUME + "/data";

    /** Socket and pid file: where the clients of every common image look. */
    static final String RUN = "/var/run/mysqld";

    static final String TMP = "/tmp";

    private Files() {}

    static String config(String file) {
        return CONFIG + "/" + file;
    }
}
