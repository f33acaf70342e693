package dev.replicationset.runtime;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.cluster.KubernetesCluster;
import dev.replicationset.monitor.Heartbeats;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.monitor.Pace;
import dev.replicationset.mysql.JdbcMysqlPort;
import dev.replicationset.reconcile.Executor;
import dev.replicationset.reconcile.MySQLReplicationSetReconciler;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.Planner;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One operator, put together, started and stopped. */
final class OperatorProcess implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration WARMING = Duration.ofSeconds(2);
    private static final Duration CANARY = Duration.ofSeconds(5);
    /** A reconcile thread is never held for long: what the API server doesn't answer soon is tried in a later round. */
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private static final Duration REQUEST = Duration.ofSeconds(3);
    private static final int RETRIES = 1;
    /** How long reconciles that run may take to end when the process does. */
    private static final Duration LAST_RECONCILES = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);

    private final Settings settings;
    private final Metrics metrics = new Metrics();
    private final Health health;
    private final HttpEndpoints http;
    private final KubernetesClient client;
    private final Leadership leadership;
    private final JdbcMysqlPort mysql;
    private final Monitor monitor;
    private final Heartbeats heartbeats;
    private final BoundedExecutor reconciles;
    private final MySQLReplicationSetReconciler reconciler;
    private final Operator operator;
    private final List<Periodic> periodics = new ArrayList<>();

    /** @param lost ends the process when the lease is lost */
    OperatorProcess(Settings settings, Clock clock, Runnable lost) throws IOException {
        this.settings = settings;
        this.health = new Health(clock);
        this.http = new HttpEndpoints(settings.httpPort(), health, metrics::text);
        this.client = connect();
        this.leadership = new Leadership(settings.podNamespace(), settings.podName(), settings.leaderElection(), lost);
        this.reconciles = new BoundedExecutor("reconcile", settings.reconcileThreads());
        this.mysql = new JdbcMysqlPort(clock);
        this.monitor = new Monitor(mysql, Pace.DEFAULT, clock);
        this.heartbeats = new Heartbeats(mysql, HEARTBEAT);
        ClusterPort cluster = new KubernetesCluster(client, new SecureRandom(), clock, settings.podName());
        this.reconciler = new MySQLReplicationSetReconciler(
                cluster::operator,
                Planner::plan,
                new Executor(cluster, mysql, clock),
                monitor,
                heartbeats,
                metrics,
                clock);
        this.operator = new Operator(this::configure);
        metrics.watch(monitor);
        metrics.watch(leadership);
        metrics.tell(new SetMetrics(leadership::leads, reconciler::resources, monitor::readings));
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
        mysql.close();
        if (led && settings.leaderElection()) {
            leadership.release(client);
        }
        client.close();
        http.close();
        metrics.close();
        LOG.info("Stopped");
    }

    private KubernetesClient connect() {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withConnectionTimeout((int) CONNECT.toMillis())
                .withRequestTimeout((int) REQUEST.toMillis())
                .withRequestRetryBackoffLimit(RETRIES)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(builder ->
                        builder.addOrReplaceInterceptor(ApiCallCounter.NAME, new ApiCallCounter(metrics.registry())))
                .build();
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
