package dev.replicationset.api;

/** How replicas follow the primary. */
public record Replication(Positioning positioning, Account account) {
    public static final Replication DEFAULT = new Replication(Positioning.GTID, Account.DEFAULT);

    @SuppressWarnings("NullAway")
    public Replication {
        positioning = positioning == null ? Positioning.GTID : positioning;
        account = account == null ? Account.DEFAULT : account;
    }
}
