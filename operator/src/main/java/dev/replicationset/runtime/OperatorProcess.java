package dev.replicationset.runtime;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.monitor.Heartbeats;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.monitor.Pace;
import dev.replicationset.reconcile.MySQLReplicationSetReconciler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One operator, put together, started and stopped. */
final class OperatorProcess implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration WARMING = Duration.ofSeconds(2);
    private static final Duration CANARY = Duration.ofSeconds(5);
    /** How long reconciles that run may take to end when the process does. */
    private static final Duration LAST_RECONCILES = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);

    private final Settings settings;
    private final Metrics metrics = new Metrics();
    private final Health health;
    private final HttpEndpoints http;
    private final KubernetesClient client;
    private final Leadership leadership;
    private final Monitor monitor;
    private final Heartbeats heartbeats;
    private final BoundedExecutor reconciles;
    private final MySQLReplicationSetReconciler reconciler;
    private final Operator operator;
    private final List<Periodic> periodics = new ArrayList<>();

    /**
     * @param ports made from the client
     * @param lost ends the process when the lease is lost
     */
    OperatorProcess(Settings settings, Clock clock, Function<KubernetesClient, Ports> ports, Runnable lost)
            throws IOException {
        this.settings = settings;
        this.health = new Health(clock);
        this.http = new HttpEndpoints(settings.httpPort(), health, metrics::text);
        this.client = new KubernetesClientBuilder()
                .withHttpClientBuilderConsumer(builder ->
                        builder.addOrReplaceInterceptor(ApiCallCounter.NAME, new ApiCallCounter(metrics.registry())))
                .build();
        this.leadership = new Leadership(settings.podNamespace(), settings.podName(), settings.leaderElection(), lost);
        this.reconciles = new BoundedExecutor("reconcile", settings.reconcileThreads());
        Ports parts = ports.apply(client);
        this.monitor = new Monitor(parts.mysql(), Pace.DEFAULT, clock);
        this.heartbeats = new Heartbeats(parts.mysql(), HEARTBEAT);
        this.reconciler = new MySQLReplicationSetReconciler(
                parts.reader(),
                set -> parts.cluster().accounts(set).operator(),
                parts.planner(),
                parts.runner(),
                monitor,
                heartbeats,
                metrics,
                clock);
        this.operator = new Operator(this::configure);
        metrics.watch(monitor);
        metrics.watch(leadership);
    }

    int httpPort() {
        return http.port();
    }

    /** Returns when the caches are filled; with leader election, before this process leads. */
    void start() {
        operator.register(reconciler, this::configure);
        operator.start();
        periodics.add(Periodic.start("canary", CANARY, () -> health.canary(reconciler::probe, reconciles)));
        if (settings.leaderElection()) {
            periodics.add(Periodic.start("warming", WARMING, () -> {
                if (!leadership.leads()) {
                    reconciler.warm();
                }
            }));
        }
        health.ready(true);
    }

    /** Stops acting, gives the lease back and frees all. May hang when the API server does: bound it from outside. */
    @Override
    public void close() {
        boolean led = leadership.leads();
        leadership.ending();
        health.ready(false);
        periodics.forEach(Periodic::close);
        operator.stop();
        heartbeats.close();
        monitor.close();
        if (led && settings.leaderElection()) {
            leadership.release(client);
        }
        client.close();
        http.close();
        metrics.close();
        LOG.info("Stopped");
    }

    private void configure(ConfigurationServiceOverrider service) {
        service.withKubernetesClient(client)
                // The lease is given back after the operator has stopped.
                .withCloseClientOnStop(false)
                .withExecutorService(reconciles)
                .withReconciliationTerminationTimeout(LAST_RECONCILES)
                .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(metrics.registry()))
                // Of listed namespaces some may not exist yet, or not be granted: the others are looked after.
                .withStopOnInformerErrorDuringStartup(settings.namespaces().isEmpty());
        if (settings.leaderElection()) {
            service.withLeaderElectionConfiguration(leadership.configuration());
        }
    }

    private void configure(ControllerConfigurationOverrider<MySQLReplicationSet> controller) {
        MySQLReplicationSetReconciler.configure(controller);
        if (settings.namespaces().isEmpty()) {
            controller.watchingAllNamespaces();
        } else {
            controller.settingNamespaces(settings.namespaces());
        }
    }
}
