package dev.replicationset.simulation;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSetStatus;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** What must hold after every event. */
final class Rules {
    private final Kubernetes kubernetes;
    private final Clients clients;
    private long epoch;
    /** Rows that the recorded primary held when it was recorded as such: whoever succeeds it must hold them. */
    private BitSet base = new BitSet();

    Rules(Kubernetes kubernetes, Clients clients) {
        this.kubernetes = kubernetes;
        this.clients = clients;
    }

    /** What is broken, if anything is. */
    Optional<String> broken() {
        MySQLReplicationSetStatus status = kubernetes.status;
        if (status.epoch() < epoch) {
            return Optional.of("the epoch went back");
        }
        String name = status.primary();
        Optional<Mysqld> primary = name == null ? Optional.empty() : kubernetes.mysqld(name);
        if (name != null && primary.isEmpty() && !clients.acknowledged.isEmpty()) {
            return Optional.of("the primary's volume is gone");
        }
        if (status.epoch() > epoch) {
            epoch = status.epoch();
            base = primary.map(server -> (BitSet) server.held.clone()).orElseGet(BitSet::new);
        }
        List<Mysqld> able = kubernetes.servers().stream().filter(this::commits).toList();
        if (able.size() > 1) {
            return Optional.of("two servers can acknowledge a commit: %s, %s"
                    .formatted(able.get(0).instance, able.get(1).instance));
        }
        return primary.flatMap(server -> lost(server).or(() -> record(status, server)));
    }

    /** Whether a client's commit there would be answered. */
    private boolean commits(Mysqld server) {
        if (!server.writable()) {
            return false;
        }
        return server.waits.inForce() == 0 || acknowledging(server).size() >= server.waits.inForce();
    }

    private List<Mysqld> acknowledging(Mysqld primary) {
        List<Mysqld> able = new ArrayList<>();
        for (Mysqld server : kubernetes.servers()) {
            if (server != primary && server.mayAcknowledge(primary)) {
                able.add(server);
            }
        }
        return able;
    }

    private Optional<String> lost(Mysqld primary) {
        BitSet lost = (BitSet) clients.acknowledged.clone();
        lost.andNot(primary.held);
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of("acknowledged rows %s are not on %s".formatted(lost, primary.instance));
    }

    /** The record of who may acknowledge never promises more than there is. */
    private Optional<String> record(MySQLReplicationSetStatus status, Mysqld primary) {
        int acks = status.acksRequired();
        if (acks == 0) {
            return Optional.empty();
        }
        if (primary.writable()) {
            if (primary.waits.inForce() < acks) {
                return Optional.of("%s waits for %d acknowledgements, and %d are recorded"
                        .formatted(primary.instance, primary.waits.inForce(), acks));
            }
            Optional<Mysqld> unknown = acknowledging(primary).stream()
                    .filter(server -> !status.acknowledging().contains(server.instance))
                    .findFirst();
            if (unknown.isPresent()) {
                return Optional.of(unknown.get().instance + " may acknowledge, and is not recorded");
            }
        }
        BitSet few = (BitSet) clients.acknowledged.clone();
        few.andNot(base);
        if (few.isEmpty()) {
            return Optional.empty();
        }
        List<BitSet> voters = status.instances().stream()
                .map(InstanceStatus::name)
                .filter(status.acknowledging()::contains)
                .flatMap(voter -> kubernetes.mysqld(voter).stream())
                .map(server -> server.held)
                .toList();
        few.andNot(heldBy(voters, acks, 0));
        return few.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "acknowledged rows %s are not held by %d of %s".formatted(few, acks, status.acknowledging()));
    }

    /** Rows that at least so many of these hold, from that one on. */
    private static BitSet heldBy(List<BitSet> servers, int count, int from) {
        BitSet held = new BitSet();
        for (int i = from; i <= servers.size() - count; i++) {
            BitSet with = (BitSet) servers.get(i).clone();
            if (count > 1) {
                with.and(heldBy(servers, count - 1, i + 1));
            }
            held.or(with);
        }
        return held;
    }
}
