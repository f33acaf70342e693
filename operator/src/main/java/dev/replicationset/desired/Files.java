package dev.replicationset.desired;

/** Where things lie in a pod of the set. */
final class Files {
    /** my.cnf, the script and the accounts as ConfigMap and Secret have them now; the kubelet follows every change. */
    static final String WANTED = "/etc/mysql-replicationset-wanted";

    /** my.cnf and the accounts as they were when the pod was made: what a mysqld that starts again in it reads. */
    static final String CONFIG = "/etc/mysql-replicationset";

    static final String MY_CNF = "my.cnf";
    static final String INITIALIZE = "initialize.sh";
    static final String ACCOUNTS = "accounts.sql";
    static final String SERVE = "serve.sh";
    static final String STOP = "stop.sh";

    /** What the two above have in common. */
    static final String LOCAL = "local.sh";

    /** With which they log in. */
    static final String LOCAL_CNF = "local.cnf";

    /** The volume. */
    static final String VOLUME = "/var/lib/mysql";

    /** A folder below the volume's root, so that lost+found and marker files are not mysqld's concern. */
    static final String DATA = VOLUME + "/data";

    /** Socket and pid file: where the clients of every common image look. */
    static final String RUN = "/var/run/mysqld";

    static final String TMP = "/tmp";

    private Files() {}

    static String wanted(String file) {
        return WANTED + "/" + file;
    }

    static String config(String file) {
        return CONFIG + "/" + file;
    }
}
