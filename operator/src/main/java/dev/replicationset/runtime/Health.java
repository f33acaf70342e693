package dev.replicationset.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Whether this process works. It is alive while a canary, sent the way that all events take, comes back: a queue that is
 * stuck or a pool whose threads all hang keeps it. It is ready once its caches are filled, as the leader or in waiting.
 */
final class Health {
    /** How long the canary may be away. Long: a restart under load makes nothing better. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Clock clock;
    private volatile Instant returned;
    private volatile boolean ready;

    Health(Clock clock) {
        this.clock = clock;
        this.returned = clock.instant();
    }

    /** Sends the canary and waits for it. To be called every few seconds, by one thread. */
    void canary(Runnable queue, Executor pool) {
        queue.run();
        try {
            CompletableFuture.runAsync(() -> returned = clock.instant(), pool).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the canary was refused", e);
        }
    }

    boolean live() {
        return Duration.between(returned, clock.instant()).compareTo(PATIENCE) < 0;
    }

    void ready(boolean isReady) {
        ready = isReady;
    }

    boolean ready() {
        return ready;
    }
}
