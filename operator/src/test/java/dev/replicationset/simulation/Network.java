package dev.replicationset.simulation;

import java.util.HashSet;
import java.util.Set;

/** Who can't reach whom, each direction by itself. Ends are names of instances and of operators. */
final class Network {
    private record Way(String from, String to) {}

    private final Set<Way> cuts = new HashSet<>();

    void cut(String from, String to) {
        cuts.add(new Way(from, to));
    }

    void heal(String from, String to) {
        cuts.remove(new Way(from, to));
    }

    boolean leads(String from, String to) {
        return !cuts.contains(new Way(from, to));
    }

    /** Packets go one way and answers the other. */
    boolean connects(String one, String other) {
        return leads(one, other) && leads(other, one);
    }
}
