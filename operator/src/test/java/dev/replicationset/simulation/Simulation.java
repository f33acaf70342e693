package dev.replicationset.simulation;

import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.MySQLReplicationSetStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One schedule: a set is made, lives through faults, and must be whole again some time after the last of them. */
final class Simulation {
    private static final Duration MAKING = Duration.ofSeconds(15);
    private static final Duration FAULTS = Duration.ofSeconds(45);
    private static final Duration LONGEST_FAULT = Duration.ofSeconds(15);
    private static final Duration CONVERGENCE = Duration.ofMinutes(4);
    private static final Duration REPLICATION = Duration.ofMillis(40);

    private static final List<String> DURABILITY = List.of("", "", "Required", "Required", "Preferred", "Async");
    private static final List<String> OPERATORS = List.of("operator-a", "operator-b");

    private final long seed;
    private final List<Fault> faults;
    private final int fewest;
    private final World world;
    private final Network network = new Network();
    private final Kubernetes kubernetes;
    private final Clients clients;
    private final Rules rules;
    private Ports.Trouble trouble = Ports.Trouble.NONE;

    /** A rule was broken; says the seed and what happened before. */
    static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1;

        Broken(long seed, List<Fault> faults, String what, String diary) {
            super("seed %d: %s%n%s%n%n%s%n%s".formatted(seed, what, diary, what, lines(faults)));
        }

        private static String lines(List<Fault> faults) {
            return String.join("\n", faults.stream().map(Fault::toString).toList());
        }
    }

    Simulation(long seed, Guards guards) {
        this(seed, guards, Fault.schedule(seed, FAULTS, LONGEST_FAULT));
    }

    /** @param faults instead of those that the seed makes */
    Simulation(long seed, Guards guards, List<Fault> faults) {
        this.seed = seed;
        this.faults = faults;
        this.world = new World(seed);
        String durability = world.pick(DURABILITY);
        this.fewest = durability.equals("Required") ? 1 : 0;
        MySQLReplicationSetSpec spec = Serialization.unmarshal(
                "replicas: %d\nstorage:\n  size: 1Gi\nreplication:\n  durability: %s\n"
                        .formatted(fewest + world.random.nextInt(5 - fewest), durability),
                MySQLReplicationSetSpec.class);
        this.kubernetes = new Kubernetes(world, spec);
        this.clients = new Clients(world, kubernetes);
        this.rules = new Rules(kubernetes, clients);
        OperatorProcess.Lease lease = new OperatorProcess.Lease();
        OPERATORS.forEach(name -> new OperatorProcess(name, world, network, kubernetes, lease, () -> trouble, guards));
        replicate();
        world.watch(this::check);
    }

    List<Fault> faults() {
        return faults;
    }

    /** What was broken, if anything was. */
    Optional<Broken> outcome() {
        try {
            run();
            return Optional.empty();
        } catch (Broken broken) {
            return Optional.of(broken);
        }
    }

    private void run() {
        try {
            live();
        } catch (IllegalStateException | UnsupportedOperationException e) {
            throw broken("what can't be: " + e.getMessage());
        }
    }

    private void live() {
        trouble = world.chance(0.5) ? Ports.Trouble.MUCH : Ports.Trouble.NONE;
        world.elapse(MAKING);
        trouble = Ports.Trouble.MUCH;
        faults.forEach(fault -> world.after(fault.at(), () -> happen(fault)));
        world.elapse(FAULTS);
        trouble = Ports.Trouble.NONE;
        world.elapse(LONGEST_FAULT);
        awaitReady();
        clients.stopped = true;
        world.elapse(Duration.ofSeconds(4));
        checkTheEnd();
    }

    private void replicate() {
        for (Mysqld server : kubernetes.servers()) {
            if (server.source != null && world.chance(0.8)) {
                server.replicate(
                        kubernetes.servers().stream()
                                .filter(other -> other.host.equals(server.source))
                                .findFirst(),
                        network);
            }
        }
        world.after(REPLICATION, this::replicate);
    }

    // ---- faults

    private void happen(Fault fault) {
        List<String> instances = new ArrayList<>(kubernetes.instances.keySet());
        if (instances.isEmpty()) {
            return;
        }
        String one = instances.get(fault.one() % instances.size());
        String other = instances.get(fault.other() % instances.size());
        String primary = Optional.ofNullable(kubernetes.status.primary()).orElse(one);
        String operator = OPERATORS.get(fault.other() % OPERATORS.size());
        world.note("- " + fault.kind() + " " + one + " " + other);
        switch (fault.kind()) {
            case Kill -> kill(one);
            case KillPrimary -> kill(primary);
            case KillPrimaryAndReplica -> {
                kill(primary);
                kill(one);
            }
            case DeletePod -> delete(one);
            case DeletePrimary -> delete(primary);
            case DeletePodByForce -> kubernetes.deletePodByForce(one);
            case DeletePrimaryByForce -> kubernetes.deletePodByForce(primary);
            case Freeze -> freeze(one, fault.lasts());
            case FreezePrimary -> freeze(primary, fault.lasts());
            case StopNode -> stopNode(kubernetes.node(one), fault.lasts());
            case StopNodeOfPrimary -> stopNode(kubernetes.node(primary), fault.lasts());
            case CutOperatorFromInstance -> cut(operator, one, fault.lasts());
            case CutInstanceFromInstance -> cut(one, other, fault.lasts());
            case CutPrimaryFromReplicas ->
                instances.stream()
                        .filter(each -> !each.equals(primary))
                        .forEach(each -> cut(primary, each, fault.lasts()));
            case CutOffFromAll -> cutOff(one, instances, fault.lasts());
            case CutOffPrimaryFromAll -> cutOff(primary, instances, fault.lasts());
            case ApplySlowly ->
                kubernetes
                        .mysqld(one)
                        .ifPresent(server -> server.appliesFrom = world.now().plus(fault.lasts()));
            case Scale -> kubernetes.scale(fewest + fault.one() % (5 - fewest));
            case Promote -> kubernetes.askFor(one);
        }
    }

    private void kill(String instance) {
        kubernetes.mysqld(instance).ifPresent(Mysqld::end);
    }

    private void delete(String instance) {
        Optional.ofNullable(kubernetes.instances.get(instance))
                .flatMap(found -> Optional.ofNullable(found.pod))
                .ifPresent(pod -> kubernetes.deletePod(instance, pod.uid()));
    }

    private void freeze(String instance, Duration time) {
        kubernetes.mysqld(instance).filter(server -> server.running).ifPresent(server -> {
            server.frozen = true;
            world.after(time, () -> {
                server.frozen = false;
                world.note(instance + " goes on");
            });
        });
    }

    private void stopNode(int node, Duration time) {
        if (!kubernetes.nodesDown.contains(node)) {
            kubernetes.stopNode(node);
            world.after(time, () -> kubernetes.startNode(node));
        }
    }

    private void cut(String from, String to, Duration time) {
        network.cut(from, to);
        world.after(time, () -> network.heal(from, to));
    }

    private void cutOff(String instance, List<String> instances, Duration time) {
        instances.forEach(each -> {
            cut(instance, each, time);
            cut(each, instance, time);
        });
        OPERATORS.forEach(operator -> cut(operator, instance, time));
    }

    // ---- what must hold

    private void check() {
        rules.broken().ifPresent(what -> {
            throw broken(what);
        });
    }

    private void awaitReady() {
        Duration end = world.time().plus(CONVERGENCE);
        while (!ready()) {
            if (world.time().compareTo(end) > 0) {
                throw broken(
                        "not Ready %s after the last fault: %s".formatted(CONVERGENCE, kubernetes.status.conditions()));
            }
            world.elapse(Duration.ofSeconds(1));
        }
        world.note("ready again");
    }

    private boolean ready() {
        return Long.valueOf(kubernetes.generation).equals(kubernetes.status.observedGeneration())
                && kubernetes.status.conditions().stream()
                        .anyMatch((Condition condition) -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    private void checkTheEnd() {
        Mysqld primary =
                kubernetes.mysqld(String.valueOf(kubernetes.status.primary())).orElseThrow(() -> broken("no primary"));
        List<Mysqld> replicas = kubernetes.servers().stream()
                .filter(server -> kubernetes.status.instance(server.instance).isPresent() && server != primary)
                .toList();
        if (replicas.size() != kubernetes.spec.replicas()) {
            throw broken("%d replicas instead of %d".formatted(replicas.size(), kubernetes.spec.replicas()));
        }
        for (Mysqld replica : replicas) {
            if (!replica.rows.equals(primary.rows)) {
                throw broken(replica.instance + " differs from the primary");
            }
        }
    }

    private String record() {
        MySQLReplicationSetStatus status = kubernetes.status;
        String members = status.instances().stream()
                .map(member -> "%s acknowledges from %s, is barred at %s"
                        .formatted(member.name(), member.acknowledgesFrom(), member.barred()))
                .collect(Collectors.joining("\n"));
        return "epoch %d, primary %s, %s, %d of %s acknowledge%n%s"
                .formatted(
                        status.epoch(),
                        status.primary(),
                        status.transition(),
                        status.acksRequired(),
                        status.acknowledging(),
                        members);
    }

    private Broken broken(String what) {
        String servers = String.join(
                "\n", kubernetes.servers().stream().map(Mysqld::toString).toList());
        return new Broken(seed, faults, what, world.diary() + "\n" + servers + "\n" + record());
    }

    long acknowledged() {
        return clients.acknowledged.cardinality();
    }
}
