package dev.replicationset.simulation;

import dev.replicationset.reconcile.Executor;
import dev.replicationset.reconcile.FailureMemory;
import dev.replicationset.reconcile.PlanRunner;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.Plan;
import dev.replicationset.topology.Planner;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One operator: polls, a cache that lags behind, leadership by a lease, and rounds of observe, plan and execute. What it
 * remembers is gone when it dies; another process takes its place.
 */
final class OperatorProcess {
    private static final SetId ID = Kubernetes.ID;
    private static final Login LOGIN = new Login("u", "p");
    private static final Duration POLL = Duration.ofMillis(200);
    /** Of a server that answers. */
    private static final int SELDOM = 5;

    /** After that a statement that was sent has taken effect or never will. */
    private static final Duration OPEN = Duration.ofMillis(2500);

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration OWN_WRITE = Duration.ofSeconds(2);

    private final String name;
    private final World world;
    private final Network network;
    private final Kubernetes kubernetes;
    private final Lease lease;
    private final Supplier<Ports.Trouble> trouble;
    private final Guards guards;

    private Life life;
    /** Carrying out a plan, maybe stopped in the middle of it. */
    private boolean busy;

    OperatorProcess(
            String name,
            World world,
            Network network,
            Kubernetes kubernetes,
            Lease lease,
            Supplier<Ports.Trouble> trouble,
            Guards guards) {
        this.name = name;
        this.world = world;
        this.network = network;
        this.kubernetes = kubernetes;
        this.lease = lease;
        this.trouble = trouble;
        this.guards = guards;
        this.life = new Life();
        world.everyUnwatched(POLL, () -> life.poll());
        world.every(HEARTBEAT, () -> life.beat());
        world.everyUnwatched(Duration.ofMillis(50), this::tick);
    }

    /** Who acts: whoever holds it, until it runs out. */
    static final class Lease {
        private static final Duration TERM = Duration.ofSeconds(6);
        private String holder = "";
        private Instant until = Instant.MIN;

        boolean take(String who, Instant now) {
            if (holder.equals(who) || !now.isBefore(until)) {
                holder = who;
                until = now.plus(TERM);
                return true;
            }
            return false;
        }
    }

    private void tick() {
        if (busy || !lease.take(name, world.now())) {
            return;
        }
        busy = true;
        try {
            life.round();
        } catch (Ports.Died died) {
            world.note(name + " dies");
            life = new Life();
        } finally {
            busy = false;
        }
    }

    /** What one process knows. */
    private final class Life {
        private final Ports ports = new Ports(world, network, kubernetes, name, trouble, guards);
        private final MysqlPort mysql = ports.mysql();
        private final Executor executor = new Executor(ports.cluster(), mysql, world.clock());
        private final FailureMemory failures = new FailureMemory(world.clock());
        private final Map<String, ServerView> views = new HashMap<>();
        private final Map<String, Instant> open = new HashMap<>();
        private boolean acquainted;
        private int polls;
        private Kubernetes.Snapshot cache = kubernetes.snapshot();
        private long outdated = -1;
        private Instant writtenAt = Instant.MIN;
        private Instant due = world.now().plus(world.between(500, 3000));

        /** The cache sees what is a little while old. */
        private void refresh() {
            Kubernetes.Snapshot seen = kubernetes.snapshot();
            Life now = this;
            world.after(world.between(5, 300), () -> {
                if (life == now && seen.version() >= cache.version()) {
                    cache = seen;
                }
            });
        }

        void poll() {
            boolean all = polls++ % SELDOM == 0;
            if (all) {
                refresh();
            }
            cache.views().keySet().stream()
                    .filter(instance -> all || !(views.get(instance) instanceof ServerView.Answering))
                    .forEach(this::poll);
            views.keySet().retainAll(cache.views().keySet());
            if (polls % (2 * SELDOM) == 0 && due.isAfter(world.now())) {
                due = world.now();
            }
        }

        /** Polls take no time here: they run beside the rounds. */
        private void poll(String instance) {
            Optional<Kubernetes.Instance> found = Optional.ofNullable(kubernetes.instances.get(instance));
            Optional<String> ip = found.flatMap(i -> Optional.ofNullable(i.pod)).map(pod -> pod.ip());
            Optional<String> known = Optional.ofNullable(cache.views().get(instance))
                    .flatMap(InstanceView::pod)
                    .map(pod -> pod.ip());
            if (known.isEmpty()) {
                views.put(instance, ServerView.UNKNOWN);
                return;
            }
            Optional<ServerState> state = found.flatMap(i -> Optional.ofNullable(i.mysqld))
                    .filter(server -> server.answers() && ip.equals(known) && network.connects(name, instance))
                    .map(Mysqld::state);
            ServerView before = views.get(instance);
            boolean refuses = ip.equals(known)
                    && network.connects(name, instance)
                    && found.flatMap(i -> Optional.ofNullable(i.mysqld))
                            .filter(server -> !server.running && !kubernetes.isDown(instance))
                            .isPresent();
            ServerView now = state.<ServerView>map(answer -> new ServerView.Answering(world.now(), answer))
                    .orElseGet(
                            () -> unreachable(before, refuses ? ServerView.Cause.Refused : ServerView.Cause.TimedOut));
            views.put(instance, now);
            boolean changed = before == null
                    || !before.getClass().equals(now.getClass())
                    || !(now instanceof ServerView.Answering);
            if (changed && due.isAfter(world.now())) {
                due = world.now();
            }
        }

        private ServerView unreachable(@Nullable ServerView before, ServerView.Cause cause) {
            return before instanceof ServerView.Unreachable away
                    ? new ServerView.Unreachable(cause, away.since(), away.misses() + 1, "")
                    : new ServerView.Unreachable(cause, world.now(), 1, "");
        }

        void round() {
            if (world.now().isBefore(due) || stale()) {
                return;
            }
            Observation seen = observe();
            if (unacquainted(seen)) {
                return;
            }
            Plan plan = Planner.plan(seen);
            PlanRunner.Outcome outcome = executor.run(seen, plan);
            failures.remember(ID, outcome.results());
            if (outcome.conflict() || outcome.statusWritten()) {
                outdated = Long.parseLong(seen.resourceVersion());
                writtenAt = world.now();
            }
            refresh();
            instances(outcome.results().stream().filter(PlanRunner.Result::open))
                    .forEach(instance -> open.put(instance, world.now().plus(OPEN)));
            instances(outcome.results().stream()).forEach(this::poll);
            plan.ask().forEach(this::poll);
            Duration pause = outcome.unrecorded()
                    ? Duration.ofSeconds(1)
                    : outcome.conflict() ? Duration.ofMillis(100) : failures.lookAgain(ID, plan);
            due = world.now().plus(pause.compareTo(Duration.ofMillis(100)) < 0 ? Duration.ofMillis(100) : pause);
        }

        private Stream<String> instances(Stream<PlanRunner.Result> results) {
            return results.map(PlanRunner.Result::action)
                    .filter(Action.OnInstance.class::isInstance)
                    .map(action -> ((Action.OnInstance) action).instance());
        }

        /** Its own first looks, after what an operator before it may have sent. */
        private boolean unacquainted(Observation seen) {
            if (!acquainted) {
                acquainted = true;
                seen.instances()
                        .keySet()
                        .forEach(instance -> open.put(instance, world.now().plus(OPEN)));
                due = world.now().plus(Duration.ofSeconds(3));
                return true;
            }
            return false;
        }

        private ServerView view(String instance) {
            ServerView view = views.getOrDefault(instance, ServerView.UNKNOWN);
            Instant until = open.getOrDefault(instance, Instant.MIN);
            boolean tells = !(view instanceof ServerView.Answering answer)
                    || answer.asOf().isAfter(until);
            return tells ? guards.view(view, source()) : ServerView.UNKNOWN;
        }

        private Optional<ServerState> source() {
            String primary = cache.status().primary();
            return primary != null && views.get(primary) instanceof ServerView.Answering(var asOf, ServerState state)
                    ? Optional.of(state)
                    : Optional.empty();
        }

        private boolean stale() {
            return cache.version() <= outdated && world.now().isBefore(writtenAt.plus(OWN_WRITE));
        }

        private Observation observe() {
            Map<String, InstanceView> instances = new LinkedHashMap<>();
            cache.views().forEach((instance, view) -> instances.put(instance, view.withServer(view(instance))));
            return new Observation(
                    ID,
                    world.now(),
                    false,
                    cache.generation(),
                    Long.toString(cache.version()),
                    cache.spec(),
                    guards.status(cache.status()),
                    instances,
                    cache.drift(),
                    failures.of(ID),
                    cache.promote(),
                    false);
        }

        void beat() {
            if (busy || !lease.take(name, world.now())) {
                return;
            }
            Optional<InstanceView> primary = Optional.ofNullable(cache.status().primary())
                    .flatMap(instance -> Optional.ofNullable(cache.views().get(instance)));
            boolean open = primary.map(view -> views.get(view.name()))
                    .filter(view -> view instanceof ServerView.Answering answer
                            && answer.state().writable()
                            && answer.state().schemaReady())
                    .isPresent();
            if (!open) {
                return;
            }
            primary.flatMap(view -> ServerAddress.of(ID, view)).ifPresent(address -> {
                try {
                    mysql.heartbeat(address, LOGIN, cache.status().epoch());
                } catch (MysqlFailure e) {
                    // The monitor tells.
                } catch (Ports.Died died) {
                    life = new Life();
                }
            });
        }
    }
}
