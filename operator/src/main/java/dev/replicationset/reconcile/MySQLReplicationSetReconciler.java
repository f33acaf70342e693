package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.Transition;
import dev.replicationset.monitor.Heartbeats;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.Plan;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.SetId;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One round: observe, plan, carry out, remember what failed. Never waits; what takes time is looked at again. */
public final class MySQLReplicationSetReconciler implements Reconciler<MySQLReplicationSet> {
    /** After something was done, or when what is known is outdated; an event that brings the news comes first. */
    private static final Duration SOON = Duration.ofMillis(100);

    /** After the API server took no status. */
    private static final Duration UNRECORDED = Duration.ofSeconds(1);

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    private final SetInformers informers = new SetInformers();
    private final Observer observer;
    private final Freshness freshness;
    private final Monitor monitor;
    private final FailureMemory failures;
    private final ServerEvents serverEvents;
    private final Function<Observation, Plan> planner;
    private final PlanRunner runner;
    private final Heartbeats heartbeats;
    private final Telemetry telemetry;
    private final Clock clock;
    private volatile @Nullable IndexerResourceCache<MySQLReplicationSet> resources;

    /** @param logins reads the operator's login to the servers of a set; may throw */
    public MySQLReplicationSetReconciler(
            Function<SetId, Login> logins,
            Function<Observation, Plan> planner,
            PlanRunner runner,
            Monitor monitor,
            Heartbeats heartbeats,
            Telemetry telemetry,
            Clock clock) {
        this.planner = planner;
        this.runner = runner;
        this.heartbeats = heartbeats;
        this.telemetry = telemetry;
        this.clock = clock;
        this.failures = new FailureMemory(clock);
        this.freshness = new Freshness(monitor, clock);
        this.monitor = monitor;
        this.observer = new Observer(informers, monitor, freshness, new OperatorLogins(logins, clock), failures, clock);
        this.serverEvents = new ServerEvents(monitor, this::forget);
    }

    /** The parts of the controller's configuration that this reconciler depends on. */
    public static void configure(ControllerConfigurationOverrider<MySQLReplicationSet> controller) {
        controller
                .withName("mysqlreplicationset")
                // Annotations are requests, and a status that someone else wrote is looked at: both leave the
                // generation as it is. Our own status writes cause one more round, which finds nothing to do.
                .withGenerationAware(false)
                .withRetry(new GenericRetry()
                        .setInitialInterval(Duration.ofSeconds(1))
                        .setIntervalMultiplier(2)
                        .setMaxInterval(LONGEST_RETRY.toMillis())
                        .withoutMaxAttempts());
    }

    @Override
    public List<EventSource<?, MySQLReplicationSet>> prepareEventSources(
            EventSourceContext<MySQLReplicationSet> context) {
        resources = context.getPrimaryCache();
        List<EventSource<?, MySQLReplicationSet>> sources = new ArrayList<>(informers.open(context));
        sources.add(serverEvents);
        return sources;
    }

    @Override
    public UpdateControl<MySQLReplicationSet> reconcile(
            MySQLReplicationSet resource, Context<MySQLReplicationSet> context) {
        SetId id = Observer.idOf(resource);
        if (freshness.stale(id, resource.getMetadata().getResourceVersion())) {
            return again(SOON);
        }
        Instant began = clock.instant();
        Observation seen = observer.observe(resource);
        if (freshness.unacquainted(seen)) {
            return again(SOON);
        }
        freshness.hasten(seen);
        keepHeartbeat(resource, seen);
        Plan plan = planner.apply(seen);
        PlanRunner.Outcome outcome = runner.run(seen, plan);
        remember(resource, seen, outcome);
        plan.ask().forEach(instance -> monitor.ask(id, instance));
        telemetry.reconciled(Duration.between(began, clock.instant()), outcome.conflict());
        if (!exists(resource)) {
            forget(id);
        }
        if (outcome.unrecorded()) {
            return again(UNRECORDED);
        }
        Duration pause = failures.lookAgain(id, plan);
        return again(outcome.conflict() || pause.compareTo(SOON) < 0 ? SOON : pause);
    }

    /** Has all servers polled without planning anything, so that an operator in waiting takes over warm. */
    public void warm() {
        resources().stream().filter(resource -> !resource.isMarkedForDeletion()).forEach(observer::warm);
    }

    /** Every resource that is looked after, as the caches hold it; none before the start. Never change them. */
    public List<MySQLReplicationSet> resources() {
        IndexerResourceCache<MySQLReplicationSet> cache = resources;
        return cache == null ? List.of() : cache.list().toList();
    }

    /** Passes through the queue of events; blocks when that is stuck. */
    public void probe() {
        serverEvents.probe();
    }

    private void keepHeartbeat(MySQLReplicationSet resource, Observation seen) {
        Optional<InstanceView> primary = seen.primary();
        Optional<ServerState> state = primary.flatMap(InstanceView::state);
        Transition transition = seen.status().transition();
        boolean replaced = transition != null && transition.phase() != Transition.Phase.Promoting;
        boolean silent = seen.deleting() || seen.spec().paused() || primary.isEmpty() || replaced;
        boolean open = state.map(s -> s.writable() && s.schemaReady()).orElse(false);
        if (silent || (state.isPresent() && !open)) {
            heartbeats.still(seen.id());
        } else if (open) {
            Optional<ServerAddress> address = primary.flatMap(view -> ServerAddress.of(seen.id(), view));
            observer.login(resource, seen.id())
                    .ifPresent(login -> address.ifPresent(to ->
                            heartbeats.beat(seen.id(), to, login, seen.status().epoch())));
        }
        // A primary that doesn't answer now is neither: the heartbeat goes on and tells by its failures.
    }

    private void remember(MySQLReplicationSet resource, Observation seen, PlanRunner.Outcome outcome) {
        outcome.results()
                .forEach(result ->
                        telemetry.acted(result.action(), result.failure().isEmpty()));
        failures.remember(seen.id(), outcome.results());
        if (outcome.results().stream()
                .anyMatch(result -> result.action() instanceof Action.PrepareSchema
                        && result.failure().isEmpty())) {
            observer.prepared(resource);
        }
        Set<String> touched = instances(outcome.results().stream());
        freshness.open(seen.id(), instances(outcome.results().stream().filter(PlanRunner.Result::open)));
        boolean outdated = outcome.conflict() || outcome.statusWritten();
        if (outdated || !touched.isEmpty()) {
            freshness.changed(seen.id(), touched, outdated ? seen.resourceVersion() : "");
        }
    }

    private static Set<String> instances(Stream<PlanRunner.Result> results) {
        return results.map(PlanRunner.Result::action)
                .filter(Action.OnInstance.class::isInstance)
                .map(action -> ((Action.OnInstance) action).instance())
                .collect(Collectors.toSet());
    }

    /** A resource that went while it was reconciled has had its pollers started again after they were stopped. */
    private boolean exists(MySQLReplicationSet resource) {
        IndexerResourceCache<MySQLReplicationSet> cache = resources;
        return cache == null
                || cache.get(ResourceID.fromResource(resource))
                        .filter(present -> Observer.idOf(present).equals(Observer.idOf(resource)))
                        .isPresent();
    }

    private void forget(SetId id) {
        heartbeats.still(id);
        observer.forget(id);
        freshness.forget(id);
    }

    private static UpdateControl<MySQLReplicationSet> again(Duration delay) {
        return UpdateControl.<MySQLReplicationSet>noUpdate().rescheduleAfter(delay);
    }
}
