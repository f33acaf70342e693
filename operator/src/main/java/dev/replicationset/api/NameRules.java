package dev.replicationset.api;

/** What the API server refuses in names: of sets, databases, accounts and hosts; as CEL. */
final class NameRules {
    /**
     * Room for {@code -<number of 5 digits>-<revision of 10 characters>}, which Kubernetes makes a label of at most 63
     * characters, and for names yet to come.
     */
    static final String SET = "self.metadata.name.matches('^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$')";

    static final String DATABASE = "self.matches('^[A-Za-z0-9_$-]{1,64}$')";
    static final String DATABASE_MESSAGE =
            "spec.bootstrap.database must be 1 to 64 letters, digits, _, $ or -; choose another name";
    static final String DATABASE_FREE =
            "!(self.lowerAscii() in ['mysql', 'sys', 'information_schema', 'performance_schema', 'replicationset'])";
    static final String DATABASE_FREE_MESSAGE =
            "spec.bootstrap.database is a name of MySQL's or the operator's own; choose another name";

    private static final String OWN_ACCOUNTS = "matches('^(root|replicationset|mysql([.].*)?)$')";

    static final String USER = "self.matches('^[A-Za-z0-9_.$-]{1,32}$')";
    static final String USER_MESSAGE = "must be 1 to 32 letters, digits, _, ., $ or -; choose another name";
    static final String USER_FREE = "!self.lowerAscii()." + OWN_ACCOUNTS;
    static final String USER_FREE_MESSAGE =
            "is an account of MySQL's or the operator's own (root, replicationset, mysql.*); choose another name";
    static final String DATABASE_FREE_AS_USER = "!self.database.lowerAscii()." + OWN_ACCOUNTS;

    private static final String NETMASK = "^[0-9]{1,3}([.][0-9]{1,3}){3}/[0-9]{1,3}([.][0-9]{1,3}){3}$";

    static final String HOST = "self.contains('/')"
            + " ? (isCIDR(self) ? cidr(self).ip().family() == 4 && cidr(self) == cidr(self).masked()"
            + " : self.matches('" + NETMASK + "') && self.split('/').all(a, isIP(a)))"
            + " : self.contains(':') ? isIP(self) || self.matches('^[0-9A-Fa-f:]*%$')"
            + " : self.matches('^[0-9.]+$') ? isIP(self)"
            + " : self.matches('^[0-9_%]+([.][0-9_%]+)*$')";
    static final String HOST_MESSAGE =
            "spec.replication.account.host is not a MySQL host pattern of addresses (the servers look no names up); write % for"
                    + " all, an address, a part of one such as 10.244.%, or a network such as 10.244.0.0/16 or"
                    + " 10.244.0.0/255.255.0.0";
    static final String HOST_REMOTE = "!(self.lowerAscii() in ['localhost', '127.0.0.1', '::1'])";
    static final String HOST_REMOTE_MESSAGE =
            "spec.replication.account.host is this very host, but replicas connect from"
                    + " other ones; write % for all hosts, or the pods' network such as 10.244.0.0/16";

    private NameRules() {}
}
