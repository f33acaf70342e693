package dev.replicationset.topology;

record ReplicationReaction(Kind kind, String advice) {
    enum Kind {
        WAIT,
        ALERT,
        REFRESH_CREDENTIALS,
        RESTART_IO,
        START,
        RESET_RELAY_LOGS,
        RECLONE
    }

    boolean divergence() {
        return kind == Kind.RECLONE;
    }

    static ReplicationReaction to(ServerState.Channel channel) {
        return new ReplicationReaction(Kind.ALERT, "");
    }
}
