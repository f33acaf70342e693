package dev.replicationset.runtime;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who of several operators acts: the one that holds a Lease. One that loses it ends at once, in the middle of whatever it
 * does: another acts by now, and every action may be cut off at any point. One that ends by request gives the lease back,
 * so that another takes over within a second or two instead of when the lease runs out.
 */
final class Leadership {
    static final String LEASE = "mysql-replicationset-operator";
    private static final Duration LEASE_DURATION = Duration.ofSeconds(6);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(4);
    private static final Duration RETRY_PERIOD = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private enum State {
        WAITING,
        LEADING,
        ENDING
    }

    private final String namespace;
    private final String identity;
    private final Runnable lost;
    private final AtomicReference<State> state;

    /**
     * @param lost ends the process without delay
     * @param elected false for the only operator there is, which leads from the start
     */
    Leadership(String namespace, String identity, boolean elected, Runnable lost) {
        this.namespace = namespace;
        this.identity = identity;
        this.lost = lost;
        this.state = new AtomicReference<>(elected ? State.WAITING : State.LEADING);
    }

    LeaderElectionConfiguration configuration() {
        // The SDK would call System.exit when leadership ends, also from within our own shutdown, which then never
        // ends.
        boolean exitOnStopLeading = false;
        return new LeaderElectionConfiguration(
                LEASE,
                namespace,
                LEASE_DURATION,
                RENEW_DEADLINE,
                RETRY_PERIOD,
                identity,
                new LeaderCallbacks(this::started, this::stopped, leader -> {}),
                exitOnStopLeading);
    }

    boolean leads() {
        return state.get() == State.LEADING;
    }

    /** From now on the end of leadership is wanted. */
    void ending() {
        state.set(State.ENDING);
    }

    /** Gives the lease back if this process holds it. */
    void release(KubernetesClient client) {
        LeaseLock lock = new LeaseLock(namespace, LEASE, identity);
        LeaderElectionRecord held = lock.get(client);
        if (held == null || !identity.equals(held.getHolderIdentity())) {
            return;
        }
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        lock.update(client, new LeaderElectionRecord("", Duration.ofSeconds(1), now, now, held.getLeaderTransitions()));
        LOG.info("Gave back the lease {}/{}", namespace, LEASE);
    }

    private void started() {
        if (state.compareAndSet(State.WAITING, State.LEADING)) {
            LOG.info("{} leads now", identity);
        }
    }

    private void stopped() {
        if (state.get() == State.LEADING) {
            LOG.error("{} lost the lease {}/{}: ending at once", identity, namespace, LEASE);
            lost.run();
        }
    }
}
