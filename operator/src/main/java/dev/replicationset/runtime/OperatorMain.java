package dev.replicationset.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the operator, and sees to it that the process ends in time: with 0 when asked to, with 1 when it must. */
public final class OperatorMain {
    /** Kubernetes would wait for 30 s and then kill. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

    private OperatorMain() {}

    public static void main(String[] arguments) {
        Clock clock = Clock.systemUTC();
        Instant began = clock.instant();
        try {
            Settings settings = Settings.from(System.getenv());
            OperatorProcess process = new OperatorProcess(settings, clock, () -> halt(1));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process), "stop"));
            process.start();
            LOG.info(
                    "Started in {} ms; sets in {}",
                    Duration.between(began, clock.instant()).toMillis(),
                    settings.namespaces().isEmpty() ? "all namespaces" : settings.namespaces());
        } catch (Settings.Invalid e) {
            LOG.error("Can't start with this environment: {}", e.getMessage());
            halt(2);
        } catch (Exception e) {
            LOG.error("Can't start", e);
            halt(1);
        }
    }

    /** Runs when the process is asked to end. Stopping may hang when the API server does, so it is given up in time. */
    private static void stop(OperatorProcess process) {
        Thread stopping = Thread.ofPlatform().daemon().name("stopping").start(process::close);
        try {
            if (!stopping.join(LONGEST_STOP)) {
                LOG.warn("Not stopped after {}; ending anyway", LONGEST_STOP);
            }
        } catch (InterruptedException e) {
            LOG.warn("Interrupted while stopping; ending anyway");
        }
        halt(0);
    }

    /** Without shutdown hooks: there is but one, which is done or not wanted. */
    private static void halt(int code) {
        Runtime.getRuntime().halt(code);
    }
}
