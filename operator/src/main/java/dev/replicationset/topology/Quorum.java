package dev.replicationset.topology;

import dev.replicationset.api.Durability;
import dev.replicationset.api.MySQLReplicationSetStatus;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The replicas that may acknowledge (V) and how many hold each acknowledged commit (w), as recorded in status.
 *
 * <p>What holds at any moment, and each change of the record keeps it: (1) every replica that can acknowledge a commit of
 * the primary is in V; (2) the open primary waits for at least w of them; (3) each commit that a client saw acknowledged
 * since {@code status.binlog} was recorded is held by at least w of V, and all before by that record. So any |V| - w + 1
 * of V that no longer receive hold together all that was acknowledged, and leave the old primary too few to acknowledge
 * anything more: the same number proves and fences (reference 3.1).
 *
 * @param acks w; 0 means that nothing is promised
 */
record Quorum(Set<String> voters, int acks) {
    Quorum {
        voters = Set.copyOf(voters);
    }

    static Quorum of(MySQLReplicationSetStatus status) {
        return new Quorum(new HashSet<>(status.acknowledging()), status.acksRequired());
    }

    /** Whether a failover can be free of loss at all. */
    boolean durable() {
        return acks >= 1 && voters.size() >= acks;
    }

    /** How many of V have to be stopped. */
    int needed() {
        return voters.size() - acks + 1;
    }

    /** Whether these are enough of V. */
    boolean reachedBy(Collection<String> stopped) {
        return durable() && stopped.stream().filter(voters::contains).distinct().count() >= needed();
    }

    /**
     * For how many replicas commits are to wait.
     *
     * @param voters how many may acknowledge
     */
    static int wanted(Observation seen, int voters) {
        Integer asked = seen.spec().replication().acksRequired();
        int half = Math.max(1, (voters + 1) / 2);
        int wish = asked == null ? half : asked;
        Durability durability = seen.spec().durability();
        return switch (durability) {
            case Required -> wish;
            case Preferred -> Math.min(wish, voters);
            case Async -> 0;
        };
    }

    /** As many of these as may hold a commit for sure. */
    static int recordable(Observation seen, List<String> voters) {
        return Math.min(wanted(seen, voters.size()), voters.size());
    }
}
