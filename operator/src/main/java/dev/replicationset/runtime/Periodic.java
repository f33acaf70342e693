package dev.replicationset.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a task again and again in a virtual thread, until closed. A run that fails is logged, and the next comes. */
final class Periodic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Periodic.class);

    private final CountDownLatch closed = new CountDownLatch(1);

    private Periodic() {}

    static Periodic start(String name, Duration pause, Runnable task) {
        Periodic periodic = new Periodic();
        Thread.ofVirtual().name(name).start(() -> periodic.loop(name, pause, task));
        return periodic;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void loop(String name, Duration pause, Runnable task) {
        try {
            do {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.warn("{} failed", name, e);
                }
            } while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            // Nobody interrupts it: the process ends.
            Thread.currentThread().interrupt();
        }
    }
}
