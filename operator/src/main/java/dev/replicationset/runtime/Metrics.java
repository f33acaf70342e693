package dev.replicationset.runtime;

import dev.replicationset.monitor.Monitor;
import dev.replicationset.reconcile.Telemetry;
import dev.replicationset.topology.Action;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;

/** All figures, as Prometheus reads them: of this process, and of the sets while it leads ({@link SetMetrics}). */
final class Metrics implements Telemetry, AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Metrics() {
        registry.config().meterFilter(new WithoutHistograms());
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    String text() {
        return registry.scrape();
    }

    void watch(Monitor monitor) {
        FunctionCounter.builder("replicationset.polls", monitor, m -> m.polls().answered())
                .tag("result", "answered")
                .description("Polls of MySQL servers")
                .register(registry);
        FunctionCounter.builder("replicationset.polls", monitor, m -> m.polls().unanswered())
                .tag("result", "unanswered")
                .description("Polls of MySQL servers")
                .register(registry);
        Gauge.builder(
                        "replicationset.watched.sets",
                        monitor,
                        m -> m.watchedSets().size())
                .description("Sets of which at least one server is polled")
                .register(registry);
    }

    /** Tells of sets and instances from now on. */
    void tell(SetMetrics sets) {
        registry.getPrometheusRegistry().register(sets);
    }

    void watch(Leadership leadership) {
        Gauge.builder("replicationset.leader", leadership, l -> l.leads() ? 1 : 0)
                .description("1 while this process is the one that acts")
                .register(registry);
    }

    @Override
    public void reconciled(Duration took, boolean conflict) {
        registry.timer("replicationset.reconciles", "conflict", String.valueOf(conflict))
                .record(took);
    }

    @Override
    public void acted(Action action, boolean succeeded) {
        registry.counter(
                        "replicationset.actions",
                        "action",
                        action.getClass().getSimpleName(),
                        "result",
                        succeeded ? "done" : "failed")
                .increment();
    }

    @Override
    public void close() {
        registry.close();
    }

    /** The SDK's timers would bring hundreds of series each. */
    private static final class WithoutHistograms implements MeterFilter {
        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return DistributionStatisticConfig.builder()
                    .percentilesHistogram(false)
                    .percentiles()
                    .build()
                    .merge(config);
        }
    }
}
