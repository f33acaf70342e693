package dev.replicationset.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The source side of loss-less semi-synchronous replication: commits that are in the binary log and wait for replicas. One
 * that a replica received over an earlier connection is not acknowledged again by itself; a later one acknowledges it, too.
 */
final class CommitWaits {
    private record Waiter(int position, Runnable answer) {}

    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private final Map<String, Integer> acknowledged = new HashMap<>();
    private boolean enabled;
    private int acks = 1;

    void forget() {
        waiters.clear();
        acknowledged.clear();
        enabled = false;
        acks = 1;
    }

    /** 0 turns waiting off, and answers those that wait. */
    void await(int count) {
        enabled = count > 0;
        if (count > 0) {
            acks = count;
        }
        release();
    }

    boolean enabled() {
        return enabled;
    }

    int count() {
        return acks;
    }

    int inForce() {
        return enabled ? acks : 0;
    }

    int waiting() {
        return waiters.size();
    }

    /** @param position of the commit in the binary log */
    void add(int position, Runnable answer) {
        waiters.add(new Waiter(position, answer));
        release();
    }

    void connected(String replica) {
        acknowledged.remove(replica);
    }

    void acknowledge(String replica, int position) {
        acknowledged.merge(replica, position, Math::max);
        release();
    }

    private void release() {
        while (!waiters.isEmpty() && enough(waiters.getFirst().position)) {
            waiters.removeFirst().answer.run();
        }
    }

    private boolean enough(int position) {
        return !enabled
                || acknowledged.values().stream().filter(to -> to >= position).count() >= acks;
    }
}
