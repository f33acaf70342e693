package dev.replicationset.monitor;

import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls one server at one address until told to stop. Nothing that a poll does ends it: a failure is a view like any
 * other. It is never interrupted, since that could tear a connection in the middle of a statement; a poll that is under
 * way when it is stopped ends by the port's own time limit, and its result is dropped.
 */
final class Poller implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    private final MysqlPort port;
    private final Pace pace;
    private final Clock clock;
    private final ServerAddress address;
    private final Published published;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private Instant quickUntil;
    /** How many nudges there were, and how many of them the latest view has answered. */
    private long nudges;

    private volatile long answeredNudges;
    private boolean asked;

    private volatile boolean stopped;
    private volatile Login login;
    private volatile ServerView view = ServerView.UNKNOWN;
    private boolean surprised;

    /** Gets each view in the poller's thread; {@code asked} when it was asked for. */
    interface Published {
        void accept(ServerView view, boolean asked);
    }

    Poller(MysqlPort port, Pace pace, Clock clock, ServerAddress address, Login login, Published published) {
        this.port = port;
        this.pace = pace;
        this.clock = clock;
        this.address = address;
        this.login = login;
        this.published = published;
        this.quickUntil = clock.instant().plus(pace.patience());
    }

    ServerAddress address() {
        return address;
    }

    ServerView view() {
        return view;
    }

    /** Takes another password from the next poll on. */
    void use(Login next) {
        if (!next.equals(login)) {
            login = next;
            nudge();
        }
    }

    /** Polls at once, and quickly for a while; until that poll has ended the view is not {@link #settled}. */
    void nudge() {
        lock.lock();
        try {
            nudges++;
            Instant settled = clock.instant().plus(pace.settling());
            quickUntil = settled.isAfter(quickUntil) ? settled : quickUntil;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Polls at once. */
    void ask() {
        lock.lock();
        try {
            asked = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean takeAsked() {
        lock.lock();
        try {
            boolean was = asked;
            asked = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the latest view comes from a poll that began after the last nudge. */
    boolean settled() {
        lock.lock();
        try {
            return answeredNudges == nudges;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        Login used = login;
        try {
            while (!stopped) {
                Login present = login;
                if (!present.equals(used)) {
                    port.forget(address);
                    used = present;
                }
                ServerView before = view;
                long toAnswer = nudges();
                boolean forced = takeAsked();
                ServerView next = poll(before, present);
                if (stopped) {
                    return;
                }
                boolean awaited = forced || toAnswer != answeredNudges;
                view = next;
                answeredNudges = toAnswer;
                adapt(before, next);
                publish(next, awaited);
                pause();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts a poller: the process ends.
            Thread.currentThread().interrupt();
        } finally {
            port.forget(address);
        }
    }

    private long nudges() {
        lock.lock();
        try {
            return nudges;
        } finally {
            lock.unlock();
        }
    }

    private ServerView poll(ServerView before, Login present) {
        try {
            return new ServerView.Answering(clock.instant(), port.observe(address, present));
        } catch (MysqlFailure e) {
            surprised = false;
            return unreachable(before, e.kind(), Objects.requireNonNullElse(e.getMessage(), ""));
        } catch (RuntimeException | Error e) {
            // An Error, too, must not leave a server unwatched: it is logged and shown as the reason of the silence.
            if (!surprised) {
                surprised = true;
                LOG.error("Polling {} at {} failed unexpectedly", address.instance(), address.host(), e);
            }
            return unreachable(before, ServerView.Cause.Failed, e.toString());
        }
    }

    private ServerView unreachable(ServerView before, ServerView.Cause cause, String message) {
        return before instanceof ServerView.Unreachable away
                ? new ServerView.Unreachable(cause, away.since(), away.misses() + 1, message)
                : new ServerView.Unreachable(cause, clock.instant(), 1, message);
    }

    private void publish(ServerView next, boolean asked) {
        try {
            published.accept(next, asked);
        } catch (RuntimeException e) {
            LOG.error("Telling of {} failed", address.instance(), e);
        }
    }

    /** Sets how long to be quick when the server began or ceased to answer. */
    private void adapt(ServerView before, ServerView next) {
        boolean answers = next instanceof ServerView.Answering;
        boolean answered = before instanceof ServerView.Answering;
        if (answers == answered) {
            return;
        }
        Duration quick = answers ? pace.settling() : pace.patience();
        lock.lock();
        try {
            quickUntil = clock.instant().plus(quick);
        } finally {
            lock.unlock();
        }
    }

    private void pause() throws InterruptedException {
        lock.lock();
        try {
            Duration pause = clock.instant().isBefore(quickUntil) ? pace.quick() : pace.usual();
            long left = pause.toNanos();
            while (!stopped && !asked && answeredNudges == nudges && left > 0) {
                left = woken.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
