package dev.replicationset.desired;

import java.util.OptionalInt;

/** The names of a set's objects, accounts, ports and files. */
public final class Names {
    /** Where clients connect. */
    public static final int MYSQL_PORT = 3306;

    /** Where only the operator connects: open even when {@code max_connections} is reached. */
    public static final int ADMIN_PORT = 33062;

    /** The operator's own account. */
    public static final String OPERATOR_USER = "replicationset";

    public static final String ROOT_USER = "root";

    /** Server-side apply's field manager, {@code managed-by}, and the reporting controller of events. */
    public static final String OPERATOR = "mysql-replicationset-operator";

    public static final String MYSQLD_CONTAINER = "mysqld";
    public static final String INITIALIZE_CONTAINER = "initialize";

    /** server_id is this and the instance's number. */
    private static final int SERVER_ID_BASE = 1000;

    private Names() {}

    /** Also the name of its StatefulSet, ConfigMap and volume: {@code orders-2}. */
    public static String instance(String set, int number) {
        return set + "-" + number;
    }

    /** The 2 in {@code orders-2}; empty when {@code instance} is no name of an instance of {@code set}. */
    public static OptionalInt number(String set, String instance) {
        String prefix = set + "-";
        if (!instance.startsWith(prefix)) {
            return OptionalInt.empty();
        }
        String digits = instance.substring(prefix.length());
        boolean canonical = digits.length() <= 9 && digits.matches("[1-9][0-9]*");
        return canonical ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }

    public static int serverId(int number) {
        return SERVER_ID_BASE + number;
    }

    /** The only pod of an instance's StatefulSet. */
    public static String pod(String instance) {
        return instance + "-0";
    }

    /** Leads to the one writable instance. */
    public static String primaryService(String set) {
        return set + "-primary";
    }

    /** Leads to the instances that serve reads. */
    public static String replicasService(String set) {
        return set + "-replicas";
    }

    /** Headless: gives each instance a name of its own. */
    public static String instancesService(String set) {
        return set + "-instances";
    }

    /** The name under which other instances reach it; it stays when the pod is replaced. */
    public static String host(String namespace, String set, String instance) {
        return pod(instance) + "." + instancesService(set) + "." + namespace + ".svc";
    }

    /** The name under which applications reach the primary. */
    public static String primaryHost(String namespace, String set) {
        return primaryService(set) + "." + namespace + ".svc";
    }

    public static String rootSecret(String set) {
        return set + "-root";
    }

    public static String operatorSecret(String set) {
        return set + "-operator";
    }

    public static String replicationSecret(String set) {
        return set + "-replication";
    }

    public static String appSecret(String set) {
        return set + "-app";
    }

    /** Holds the statements that set the passwords, for mysqld to run when it starts. */
    public static String accountsSecret(String set) {
        return set + "-accounts";
    }
}
