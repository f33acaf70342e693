package dev.replicationset.reconcile;

import dev.replicationset.monitor.Monitor;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.PodView;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a set from being planned on what was true before its last plan was carried out: the cache may still hold the
 * resource as it was before its status was written, and a poller's view may be from before a server was acted on. Waits
 * for no more than a moment, since a failover may be due.
 */
final class Freshness {
    /** How long a server that was acted on may take to answer; after that it counts as unknown until it does. */
    static final Duration SERVER = Duration.ofSeconds(1);
    /** How long a written status may take to come back. */
    static final Duration RESOURCE = Duration.ofSeconds(2);

    /** How long the first polls of a set may take. */
    static final Duration ACQUAINTANCE = Duration.ofSeconds(3);

    /** After this a statement that was sent has taken effect or never will: it carries a deadline. */
    static final Duration OPEN = Duration.ofMillis(2500);

    private final Monitor monitor;
    private final Clock clock;
    /** Until when an action whose answer never came may take effect, by instance. */
    private final Map<SetId, Map<String, Instant>> open = new ConcurrentHashMap<>();

    private final Map<SetId, Instant> hastened = new ConcurrentHashMap<>();
    private final Map<SetId, Awaited> awaited = new ConcurrentHashMap<>();
    /** When a set was first looked at; long ago once its servers are known. */
    private final Map<SetId, Instant> acquainted = new ConcurrentHashMap<>();

    Freshness(Monitor monitor, Clock clock) {
        this.monitor = monitor;
        this.clock = clock;
    }

    private record Awaited(Set<String> instances, String outdated, Instant since) {}

    /**
     * Tells what a plan has changed, and has the servers polled at once.
     *
     * @param instances that were acted on
     * @param outdated the resourceVersion that is no longer the latest; empty when the resource wasn't written
     */
    void changed(SetId set, Set<String> instances, String outdated) {
        instances.forEach(instance -> monitor.nudge(set, instance));
        awaited.put(set, new Awaited(Set.copyOf(instances), outdated, clock.instant()));
    }

    /** Actions on these instances were given no answer. */
    void open(SetId set, Set<String> instances) {
        Instant until = clock.instant().plus(OPEN);
        instances.forEach(instance ->
                open.computeIfAbsent(set, id -> new ConcurrentHashMap<>()).put(instance, until));
    }

    /** Whether a view is from after everything that was sent to the server has taken effect or never will. */
    boolean tells(SetId set, String instance, ServerView view) {
        Map<String, Instant> waiting = open.getOrDefault(set, Map.of());
        Instant until = waiting.get(instance);
        if (until == null || !(view instanceof ServerView.Answering answer)) {
            return true;
        }
        if (answer.asOf().isAfter(until)) {
            waiting.remove(instance);
            return true;
        }
        if (!clock.instant().isBefore(until)) {
            monitor.nudge(set, instance);
        }
        return false;
    }

    /** Has the replicas asked at once, and often, when the primary is missed: they tell whether it is lost. */
    void hasten(Observation seen) {
        if (!seen.primaryMissed()) {
            hastened.remove(seen.id());
        } else if (hastened.putIfAbsent(seen.id(), seen.now()) == null) {
            seen.replicas().forEach(view -> monitor.nudge(seen.id(), view.name()));
        }
    }

    /** Whether what is known of the set is older than what was last done to it. */
    boolean stale(SetId set, String resourceVersion) {
        Awaited last = awaited.get(set);
        if (last == null) {
            return false;
        }
        Duration waited = Duration.between(last.since, clock.instant());
        boolean resource = last.outdated.equals(resourceVersion) && waited.compareTo(RESOURCE) < 0;
        boolean servers = waited.compareTo(SERVER) < 0
                && last.instances.stream().anyMatch(instance -> !monitor.settled(set, instance));
        if (!resource && !servers) {
            awaited.remove(set);
        }
        return resource || servers;
    }

    /**
     * Whether this operator has only just begun to look after the set, and does not know its servers yet: what it decided
     * now would take them for gone. Of a set that is not new, what another operator has sent may still take effect, and
     * the servers are looked at after that. Waits for no more than {@link #ACQUAINTANCE}.
     */
    boolean unacquainted(Observation seen) {
        Instant first = acquainted.computeIfAbsent(seen.id(), set -> begin(seen));
        boolean unknown = seen.instances().values().stream()
                .filter(view -> view.pod().filter(PodView::running).isPresent())
                .anyMatch(view -> view.server() instanceof ServerView.Unknown);
        if (unknown && clock.instant().isBefore(first.plus(ACQUAINTANCE))) {
            return true;
        }
        acquainted.put(seen.id(), Instant.EPOCH);
        return false;
    }

    private Instant begin(Observation seen) {
        if (seen.status().primary() != null) {
            open(seen.id(), seen.instances().keySet());
        }
        return clock.instant();
    }

    void forget(SetId set) {
        acquainted.remove(set);
        awaited.remove(set);
        open.remove(set);
        hastened.remove(set);
    }
}
