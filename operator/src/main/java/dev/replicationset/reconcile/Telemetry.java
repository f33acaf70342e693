package dev.replicationset.reconcile;

import dev.replicationset.topology.Action;
import java.time.Duration;

/** Hears of what was done, for metrics. */
public interface Telemetry {
    void reconciled(Duration took, boolean conflict);

    void acted(Action action, boolean succeeded);
}
