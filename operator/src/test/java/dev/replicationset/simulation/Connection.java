package dev.replicationset.simulation;

/**
 * A replica's IO thread and the dump thread of its source. What is on its way when one end leaves arrives all the same,
 * unless the source itself has ended the connection or ended.
 */
final class Connection {
    final Mysqld replica;
    final Mysqld source;
    /** The replica's, as the source sees it. */
    final String address;
    /** Whether the replica acknowledges; decided when it connects. */
    final boolean acknowledges;

    private final int sourceLife;
    private boolean left;
    private boolean ended;
    /** Up to which entry of the source's binary log all was sent. */
    int sent;

    Connection(Mysqld replica, Mysqld source, String address, boolean acknowledges) {
        this.replica = replica;
        this.source = source;
        this.address = address;
        this.acknowledges = acknowledges;
        this.sourceLife = source.life();
    }

    /** The replica stops; the source may not notice yet. */
    void leave() {
        left = true;
    }

    /** The source ends it: nothing that is still on its way counts. */
    void end() {
        ended = true;
    }

    /** Whether the source still takes what arrives. */
    boolean counts() {
        return !ended && source.running && source.life() == sourceLife;
    }

    boolean alive() {
        return !left && counts();
    }
}
