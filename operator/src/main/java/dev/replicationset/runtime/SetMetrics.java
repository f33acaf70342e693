package dev.replicationset.runtime;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerView;
import io.fabric8.kubernetes.api.model.Condition;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The figures of each set and each instance, made at the moment they are asked for. Only the operator that leads tells
 * them, so that none is counted twice.
 */
final class SetMetrics implements MultiCollector {
    private static final double MILLIS_PER_SECOND = 1000;

    private final BooleanSupplier leads;
    private final Supplier<? extends Collection<MySQLReplicationSet>> sets;
    private final Supplier<? extends Collection<Monitor.Reading>> readings;

    SetMetrics(
            BooleanSupplier leads,
            Supplier<? extends Collection<MySQLReplicationSet>> sets,
            Supplier<? extends Collection<Monitor.Reading>> readings) {
        this.leads = leads;
        this.sets = sets;
        this.readings = readings;
    }

    @Override
    public MetricSnapshots collect() {
        boolean telling = leads.getAsBoolean();
        Collection<MySQLReplicationSet> resources = telling ? sets.get() : List.of();
        Collection<Monitor.Reading> instances = telling ? readings.get() : List.of();
        return MetricSnapshots.of(
                gauge(
                        "replicationset_condition",
                        "1 while the condition of the set is True, 0 while it is False",
                        resources.stream().flatMap(SetMetrics::conditions)),
                gauge(
                        "replicationset_replicas",
                        "Read replicas: wanted by the spec, members now, and serving reads",
                        resources.stream().flatMap(SetMetrics::replicas)),
                gauge(
                        "replicationset_epoch",
                        "Grows by one with every change of primary",
                        resources.stream()
                                .map(set -> point(set, status(set).epoch().doubleValue()))),
                gauge(
                        "replicationset_instance_up",
                        "1 while mysqld answers the operator",
                        instances.stream().map(SetMetrics::up)),
                gauge(
                        "replicationset_instance_lag_seconds",
                        "How far a replica is behind its primary, by the heartbeat",
                        instances.stream()
                                .flatMap(reading -> reading.lag().stream().map(lag -> point(reading, seconds(lag))))),
                gauge(
                        "replicationset_instance_replication_running",
                        "1 while the thread runs and, of the IO thread, is connected",
                        instances.stream().flatMap(SetMetrics::threads)),
                gauge(
                        "replicationset_instance_clone_bytes",
                        "Bytes copied to a replica, while that runs",
                        copying(instances, CloneProgress::bytes)),
                gauge(
                        "replicationset_instance_clone_total_bytes",
                        "Estimate of the bytes to copy to a replica, while that runs",
                        copying(instances, CloneProgress::totalBytes)));
    }

    private static MySQLReplicationSetStatus status(MySQLReplicationSet set) {
        return Optional.ofNullable(set.getStatus()).orElse(MySQLReplicationSetStatus.EMPTY);
    }

    private static Stream<GaugeDataPointSnapshot> conditions(MySQLReplicationSet set) {
        return status(set).conditions().stream()
                .map((Condition condition) ->
                        point(set, condition.getStatus().equals("True") ? 1 : 0, "type", condition.getType()));
    }

    private static Stream<GaugeDataPointSnapshot> replicas(MySQLReplicationSet set) {
        MySQLReplicationSetStatus status = status(set);
        return Stream.of(
                point(set, set.getSpec().replicas(), "state", "wanted"),
                point(set, Optional.ofNullable(status.replicas()).orElse(0), "state", "present"),
                point(set, Optional.ofNullable(status.readyReplicas()).orElse(0), "state", "ready"));
    }

    private static GaugeDataPointSnapshot up(Monitor.Reading reading) {
        boolean answers = reading.view() instanceof ServerView.Answering;
        return point(reading, answers ? 1 : 0, "role", reading.primary() ? "primary" : "replica");
    }

    private static Stream<GaugeDataPointSnapshot> threads(Monitor.Reading reading) {
        return state(reading).flatMap(ServerState::channel).stream()
                .filter(channel -> !reading.primary())
                .flatMap((Channel channel) -> Stream.of(
                        point(reading, channel.ioThread() == IoThread.Yes ? 1 : 0, "thread", "io"),
                        point(reading, channel.sqlThread() ? 1 : 0, "thread", "sql")));
    }

    private static Stream<GaugeDataPointSnapshot> copying(
            Collection<Monitor.Reading> instances, ToDoubleFunction<CloneProgress> figure) {
        return instances.stream()
                .flatMap(reading -> state(reading).flatMap(ServerState::cloning).stream()
                        .filter(clone -> clone.state() == CloneProgress.State.InProgress)
                        .map(clone -> point(reading, figure.applyAsDouble(clone))));
    }

    private static Optional<ServerState> state(Monitor.Reading reading) {
        return reading.view() instanceof ServerView.Answering answer ? Optional.of(answer.state()) : Optional.empty();
    }

    private static GaugeSnapshot gauge(String name, String help, Stream<GaugeDataPointSnapshot> points) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        points.forEach(gauge::dataPoint);
        return gauge.build();
    }

    private static GaugeDataPointSnapshot point(MySQLReplicationSet set, double value, String... more) {
        return point(
                Labels.of(
                        "namespace",
                        set.getMetadata().getNamespace(),
                        "set",
                        set.getMetadata().getName()),
                value,
                more);
    }

    private static GaugeDataPointSnapshot point(Monitor.Reading reading, double value, String... more) {
        return point(
                Labels.of(
                        "namespace",
                        reading.set().namespace(),
                        "set",
                        reading.set().name(),
                        "instance",
                        reading.instance()),
                value,
                more);
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value, String... more) {
        return GaugeDataPointSnapshot.builder()
                .labels(labels.merge(Labels.of(more)))
                .value(value)
                .build();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS_PER_SECOND;
    }
}
