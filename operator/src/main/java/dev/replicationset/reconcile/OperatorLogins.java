package dev.replicationset.reconcile;

import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.SetId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's login to the servers of each set. Read from the API server, since a Secret that a user made comes to
 * the caches only after it was used, and kept for a while, since sets are observed often.
 */
final class OperatorLogins {
    /** How long a login holds while it works. */
    static final Duration KEPT = Duration.ofMinutes(5);
    /** How soon it is read again when a server refuses it, or when it could not be read. */
    static final Duration RETRIED = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(OperatorLogins.class);

    private final Function<SetId, Login> source;
    private final Clock clock;
    private final Map<SetId, Known> logins = new ConcurrentHashMap<>();

    /** @param source reads the Secret; may throw */
    OperatorLogins(Function<SetId, Login> source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    private record Known(Optional<Login> login, boolean works, String version, Instant readAt) {}

    /**
     * Empty while it can't be read.
     *
     * @param version changes when a Secret of the set that is in the caches does
     * @param refused whether a server didn't accept what was given before
     */
    Optional<Login> of(SetId set, String version, boolean refused) {
        Known known = logins.get(set);
        Duration kept = refused || (known != null && !known.works) ? RETRIED : KEPT;
        if (known == null || !known.version.equals(version) || !clock.instant().isBefore(known.readAt.plus(kept))) {
            known = read(set, version, known == null ? Optional.empty() : known.login);
            logins.put(set, known);
        }
        return known.login;
    }

    void forget(SetId set) {
        logins.remove(set);
    }

    private Known read(SetId set, String version, Optional<Login> before) {
        try {
            return new Known(Optional.of(source.apply(set)), true, version, clock.instant());
        } catch (RuntimeException e) {
            LOG.warn(
                    "Can't read the passwords of {}: {}",
                    set,
                    Objects.requireNonNullElse(e.getMessage(), e.toString()));
            return new Known(before, false, version, clock.instant());
        }
    }
}
