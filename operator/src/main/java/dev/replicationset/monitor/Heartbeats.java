package dev.replicationset.monitor;

import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.SetId;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the heartbeat of each set whose primary is open, each in a virtual thread of its own. All methods return at
 * once; a failure is counted and tried again at the next beat.
 */
public final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

    private final MysqlPort port;
    private final Duration period;
    private final Map<SetId, Beating> beating = new ConcurrentHashMap<>();

    /** @param period from the end of one beat to the begin of the next */
    public Heartbeats(MysqlPort port, Duration period) {
        this.port = port;
        this.period = period;
    }

    /**
     * How it goes.
     *
     * @param failures beats in a row that were not written; 0 after one that was
     * @param message of the last failure
     */
    public record Pulse(int failures, Optional<String> message) {
        static final Pulse FINE = new Pulse(0, Optional.empty());
    }

    /** Writes from now on to that primary with that epoch; does nothing when it does so already. */
    public void beat(SetId set, ServerAddress primary, Login login, long epoch) {
        beating.compute(set, (id, known) -> {
            if (known != null) {
                if (known.is(primary, login, epoch)) {
                    return known;
                }
                known.stop();
            }
            Beating fresh = new Beating(id, primary, login, epoch);
            Thread.ofVirtual().name("heartbeat-" + id).start(fresh);
            return fresh;
        });
    }

    /** Writes no more; a write that is under way may still succeed. */
    public void still(SetId set) {
        Beating known = beating.remove(set);
        if (known != null) {
            known.stop();
        }
    }

    /** Empty when none is written. */
    public Optional<Pulse> pulse(SetId set) {
        return Optional.ofNullable(beating.get(set)).map(known -> known.pulse);
    }

    @Override
    public void close() {
        beating.keySet().forEach(this::still);
    }

    private final class Beating implements Runnable {
        private final SetId set;
        private final ServerAddress primary;
        private final Login login;
        private final long epoch;
        private final CountDownLatch stopped = new CountDownLatch(1);
        private volatile Pulse pulse = Pulse.FINE;

        Beating(SetId set, ServerAddress primary, Login login, long epoch) {
            this.set = set;
            this.primary = primary;
            this.login = login;
            this.epoch = epoch;
        }

        boolean is(ServerAddress address, Login name, long number) {
            return primary.equals(address) && login.equals(name) && epoch == number;
        }

        void stop() {
            stopped.countDown();
        }

        @Override
        public void run() {
            try {
                do {
                    pulse = beatOnce();
                } while (!stopped.await(period.toNanos(), TimeUnit.NANOSECONDS));
            } catch (InterruptedException e) {
                // Nobody interrupts it: the process ends.
                Thread.currentThread().interrupt();
            }
        }

        private Pulse beatOnce() {
            try {
                port.heartbeat(primary, login, epoch);
                return Pulse.FINE;
            } catch (MysqlFailure e) {
                return failed(e);
            } catch (RuntimeException | Error e) {
                if (pulse.failures() == 0) {
                    LOG.error("The heartbeat of {} failed unexpectedly", set, e);
                }
                return failed(e);
            }
        }

        private Pulse failed(Throwable e) {
            String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
            if (pulse.failures() == 0) {
                LOG.info("No heartbeat of {} at {}: {}", set, primary.instance(), message);
            }
            return new Pulse(pulse.failures() + 1, Optional.of(message));
        }
    }
}
