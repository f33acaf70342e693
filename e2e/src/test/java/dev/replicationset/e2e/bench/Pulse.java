package dev.replicationset.e2e.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks something all the while, until there is no answer, and remembers when the last one came. */
final class Pulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final Duration PACE = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Callable<?> question;
    private final Thread thread;
    private volatile Instant last = Instant.MIN;
    private volatile boolean closed;

    /** @param question throws when there is no answer */
    private Pulse(Callable<?> question) {
        this.question = question;
        this.thread = Thread.ofVirtual().unstarted(this::ask);
    }

    /** Returns after the first answer. */
    static Pulse of(Callable<?> question) throws Exception {
        question.call();
        Pulse pulse = new Pulse(question);
        pulse.last = Instant.now();
        pulse.thread.start();
        return pulse;
    }

    Instant last() {
        return last;
    }

    /** Waits until an answer fails to come, a minute at most. */
    void awaitEnd() {
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the last answer", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        awaitEnd();
    }

    private void ask() {
        try {
            while (!closed) {
                question.call();
                last = Instant.now();
                LockSupport.parkNanos(PACE.toNanos());
            }
        } catch (Exception e) {
            LOG.debug("no answer any more", e);
        }
    }
}
