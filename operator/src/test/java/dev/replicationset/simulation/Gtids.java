package dev.replicationset.simulation;

import dev.replicationset.topology.GtidSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A set of GTIDs. A server gets what another began in the order of that one's binary log, so of each UUID it holds all up
 * to some number.
 */
final class Gtids {
    private final Map<String, Long> last = new TreeMap<>();
    private @Nullable GtidSet asSet;

    Gtids() {}

    private Gtids(Map<String, Long> last) {
        this.last.putAll(last);
    }

    Gtids copy() {
        return new Gtids(last);
    }

    boolean contains(Transaction transaction) {
        return last(transaction.uuid()) >= transaction.number();
    }

    void add(Transaction transaction) {
        long before = last(transaction.uuid());
        if (transaction.number() != before + 1) {
            throw new IllegalStateException("%d does not follow %d".formatted(transaction.number(), before));
        }
        last.put(transaction.uuid(), transaction.number());
        asSet = null;
    }

    long last(String uuid) {
        return last.getOrDefault(uuid, 0L);
    }

    boolean isSubsetOf(Gtids other) {
        return last.entrySet().stream().allMatch(entry -> other.last(entry.getKey()) >= entry.getValue());
    }

    GtidSet toSet() {
        GtidSet known = asSet;
        if (known == null) {
            known = GtidSet.parse(last.entrySet().stream()
                    .map(entry -> "%s:1-%d".formatted(entry.getKey(), entry.getValue()))
                    .collect(Collectors.joining(",")));
            asSet = known;
        }
        return known;
    }
}
