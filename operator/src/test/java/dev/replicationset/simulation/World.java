package dev.replicationset.simulation;

import dev.replicationset.TestClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Virtual time and chance. What is to happen later waits in a queue; whoever takes time lets the others act meanwhile by
 * {@link #elapse}. One thread, so that a seed is a schedule.
 */
final class World {
    private static final int REMEMBERED = 400;

    final Random random;
    private final TestClock clock = new TestClock();
    private final Instant begin = clock.instant();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Deque<String> diary = new ArrayDeque<>();
    private final List<Runnable> watchers = new ArrayList<>();
    private long count;

    /** @param watched whether it may change what the watchers look at, by itself and not by what it waits for */
    private record Event(Instant at, long number, Runnable what, boolean watched) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    World(long seed) {
        this.random = new Random(seed);
    }

    Instant now() {
        return clock.instant();
    }

    Duration time() {
        return Duration.between(begin, now());
    }

    Clock clock() {
        return clock;
    }

    void after(Duration delay, Runnable what) {
        add(delay, what, true);
    }

    private void add(Duration delay, Runnable what, boolean watched) {
        events.add(new Event(now().plus(delay), count++, what, watched));
    }

    /** Again and again, with that pause. */
    void every(Duration pause, Runnable what) {
        every(pause, what, true);
    }

    /** The same of what changes nothing but in calls, which take time. */
    void everyUnwatched(Duration pause, Runnable what) {
        every(pause, what, false);
    }

    private void every(Duration pause, Runnable what, boolean watched) {
        add(
                pause,
                () -> {
                    what.run();
                    every(pause, what, watched);
                },
                watched);
    }

    /** Looks after every event. */
    void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    /** Lets time pass, and whatever is due in it happen. */
    void elapse(Duration time) {
        Instant end = now().plus(time);
        Event next = events.peek();
        while (next != null && !next.at.isAfter(end)) {
            events.remove(next);
            advance(next.at);
            next.what.run();
            if (next.watched) {
                look();
            }
            next = events.peek();
        }
        advance(end);
    }

    /** Lets the watchers look at what there is now. */
    void look() {
        watchers.forEach(Runnable::run);
    }

    private void advance(Instant to) {
        if (to.isAfter(now())) {
            clock.pass(Duration.between(now(), to));
        }
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    Duration between(int leastMillis, int mostMillis) {
        return Duration.ofMillis(leastMillis + random.nextInt(mostMillis - leastMillis + 1));
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    void note(String what) {
        diary.add("%8.3f  %s".formatted(time().toMillis() / 1000.0, what));
        if (diary.size() > REMEMBERED) {
            diary.remove();
        }
    }

    /** What happened last, a line each. */
    String diary() {
        return String.join("\n", diary);
    }
}
