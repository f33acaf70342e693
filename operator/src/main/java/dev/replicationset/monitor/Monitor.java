package dev.replicationset.monitor;

import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.Lag;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState.Heartbeat;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Keeps one poller for each instance of each set, and its latest view. Each runs in a virtual thread of its own, so that
 * a server which is frozen delays no other. All methods return at once.
 */
public final class Monitor implements AutoCloseable {
    private final MysqlPort port;
    private final Pace pace;
    private final Clock clock;

    private final Map<SetId, WatchedSet> sets = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<SetId>> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder answered = new LongAdder();
    private final LongAdder unanswered = new LongAdder();

    public Monitor(MysqlPort port, Pace pace, Clock clock) {
        this.port = port;
        this.pace = pace;
        this.clock = clock;
    }

    /** How many polls there were since the start. */
    public record Polls(long answered, long unanswered) {}

    /**
     * Adds one that is told which set has changed in a way that may need a new decision: see {@link Significant}. It is
     * called in a poller's thread and must return soon.
     */
    public void onChange(Consumer<SetId> listener) {
        listeners.add(listener);
    }

    /**
     * Sees to it that the instance is polled there and by that name. Does nothing when it is; an instance that moved is
     * unknown again until its new address was polled.
     */
    public void watch(SetId set, ServerAddress address, Login login) {
        sets.compute(set, (id, known) -> {
            WatchedSet watched = known == null ? new WatchedSet(id) : known;
            watched.watch(address, login);
            return watched;
        });
    }

    public void unwatch(SetId set, String instance) {
        sets.computeIfPresent(set, (id, watched) -> {
            watched.unwatch(instance);
            return watched;
        });
    }

    /** Forgets all of a set. */
    public void unwatchSet(SetId set) {
        WatchedSet watched = sets.remove(set);
        if (watched != null) {
            watched.instances.keySet().forEach(watched::unwatch);
        }
    }

    /** Tells against whom lag is measured and from when on a replica is late, so that crossing that is a change. */
    public void judge(SetId set, Optional<String> primary, Duration maxLag) {
        sets.computeIfPresent(set, (id, watched) -> {
            watched.measure = primary.map(name -> new Measure(name, maxLag));
            return watched;
        });
    }

    /**
     * Polls at once, since something was done to that instance. The listeners hear of the result even when it shows no
     * change; until then the instance is not {@link #settled}.
     */
    public void nudge(SetId set, String instance) {
        find(set, instance).ifPresent(one -> one.poller.nudge());
    }

    /** Polls at once, and tells the listeners of the result. What is known of the instance until then is as true as before. */
    public void ask(SetId set, String instance) {
        find(set, instance).ifPresent(one -> one.poller.ask());
    }

    /** Whether {@link #view} shows the instance as it was found after the last nudge. */
    public boolean settled(SetId set, String instance) {
        return find(set, instance).map(one -> one.poller.settled()).orElse(true);
    }

    /** The latest view; {@link ServerView#UNKNOWN} of an instance that isn't watched. */
    public ServerView view(SetId set, String instance) {
        return find(set, instance).map(one -> one.poller.view()).orElse(ServerView.UNKNOWN);
    }

    private Optional<Watched> find(SetId set, String instance) {
        return Optional.ofNullable(sets.get(set)).map(watched -> watched.instances.get(instance));
    }

    /** The instances of a set that are watched. */
    public Set<String> watched(SetId set) {
        WatchedSet watched = sets.get(set);
        return watched == null ? Set.of() : Set.copyOf(watched.instances.keySet());
    }

    /** All sets of which something is watched. */
    public Set<SetId> watchedSets() {
        return Set.copyOf(sets.keySet());
    }

    /**
     * What is known of one instance at this moment.
     *
     * @param primary whether it is its set's primary
     * @param lag behind the primary, by heartbeats; empty where it isn't known, and for the primary
     */
    public record Reading(SetId set, String instance, boolean primary, ServerView view, Optional<Duration> lag) {}

    /** Of every instance that is watched. */
    public List<Reading> readings() {
        List<Reading> readings = new ArrayList<>();
        sets.values()
                .forEach(watched -> watched.instances.forEach((name, one) -> {
                    ServerView view = one.poller.view();
                    readings.add(new Reading(watched.id, name, watched.isPrimary(name), view, watched.lag(name, view)));
                }));
        return readings;
    }

    public Polls polls() {
        return new Polls(answered.sum(), unanswered.sum());
    }

    @Override
    public void close() {
        Set.copyOf(sets.keySet()).forEach(this::unwatchSet);
    }

    private record Measure(String primary, Duration maxLag) {}

    private final class WatchedSet {
        private final SetId id;
        private final Map<String, Watched> instances = new ConcurrentHashMap<>();
        private volatile Optional<Measure> measure = Optional.empty();
        /** The newest heartbeat that each instance was seen with: of a frozen primary it is the last before that. */
        private final Map<String, Heartbeat> newest = new ConcurrentHashMap<>();

        WatchedSet(SetId id) {
            this.id = id;
        }

        void watch(ServerAddress address, Login login) {
            Watched known = instances.get(address.instance());
            if (known != null && known.poller.address().equals(address)) {
                known.poller.use(login);
                return;
            }
            if (known != null) {
                known.poller.stop();
            }
            Watched fresh = new Watched(this, address, login);
            instances.put(address.instance(), fresh);
            Thread.ofVirtual().name("poll-" + id + "-" + address.instance()).start(fresh.poller);
        }

        void unwatch(String instance) {
            Watched gone = instances.remove(instance);
            newest.remove(instance);
            if (gone != null) {
                gone.poller.stop();
            }
        }

        boolean isPrimary(String instance) {
            return measure.filter(m -> m.primary().equals(instance)).isPresent();
        }

        Optional<Boolean> late(String instance, ServerView view) {
            if (view instanceof ServerView.Answering answer) {
                answer.state().heartbeat().ifPresent(beat -> newest.put(instance, beat));
            }
            return measure.flatMap(m -> lag(instance, view).map(lag -> lag.compareTo(m.maxLag()) > 0));
        }

        Optional<Duration> lag(String instance, ServerView view) {
            Optional<Heartbeat> ofPrimary = measure.filter(m -> !m.primary().equals(instance))
                    .flatMap(m -> Optional.ofNullable(newest.get(m.primary())));
            return view instanceof ServerView.Answering answer
                    ? ofPrimary.flatMap(
                            newestOf -> answer.state().heartbeat().flatMap(executed -> Lag.between(newestOf, executed)))
                    : Optional.empty();
        }
    }

    private final class Watched {
        private final WatchedSet set;
        private final Poller poller;
        private Significant told = Significant.NOTHING;
        private Optional<Long> toldProgress = Optional.empty();
        private Instant toldAt = Instant.MIN;

        Watched(WatchedSet set, ServerAddress address, Login login) {
            this.set = set;
            this.poller = new Poller(
                    port, pace, clock, address, login, (view, asked) -> polled(address.instance(), view, asked));
        }

        /** Runs in the poller's thread only. */
        private void polled(String instance, ServerView view, boolean asked) {
            (view instanceof ServerView.Answering ? answered : unanswered).increment();
            Significant now = Significant.of(view, set.late(instance, view));
            Optional<Long> progress = Significant.progress(view);
            Instant time = clock.instant();
            boolean moved = !progress.equals(toldProgress) && !time.isBefore(toldAt.plus(pace.progress()));
            if (now.equals(told) && !moved && !asked) {
                return;
            }
            told = now;
            toldProgress = progress;
            toldAt = time;
            listeners.forEach(listener -> listener.accept(set.id));
        }
    }
}
