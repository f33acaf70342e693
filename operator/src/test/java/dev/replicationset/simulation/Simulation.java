package dev.replicationset.simulation;

import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.topology.ServerAddress;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One schedule: a set is made, lives through faults, and must be whole again some time after the last of them. */
final class Simulation {
    private static final Duration MAKING = Duration.ofSeconds(30);
    private static final Duration FAULTS = Duration.ofSeconds(90);
    private static final Duration LONGEST_FAULT = Duration.ofSeconds(20);
    private static final Duration CONVERGENCE = Duration.ofMinutes(4);
    private static final Duration REPLICATION = Duration.ofMillis(100);

    private final World world;
    private final Network network = new Network();
    private final Kubernetes kubernetes;
    private final Clients clients;
    private final List<String> operators = List.of("operator-a", "operator-b");
    private Ports.Trouble trouble = Ports.Trouble.NONE;
    private boolean faulty;
    private long epoch;

    /** A rule was broken; says the seed and what happened before. */
    static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1;

        Broken(long seed, String what, String diary) {
            super("seed %d: %s\n%s".formatted(seed, what, diary));
        }
    }

    private final long seed;

    Simulation(long seed) {
        this.seed = seed;
        this.world = new World(seed);
        MySQLReplicationSetSpec spec = Serialization.unmarshal(
                "replicas: %d\nstorage:\n  size: 1Gi\nreplication:\n  durability: Async\n"
                        .formatted(world.random.nextInt(4)),
                MySQLReplicationSetSpec.class);
        this.kubernetes = new Kubernetes(world, spec);
        this.clients = new Clients(world, kubernetes);
        OperatorProcess.Lease lease = new OperatorProcess.Lease();
        operators.forEach(name -> new OperatorProcess(name, world, network, kubernetes, lease, () -> trouble));
        world.every(REPLICATION, this::replicate);
        world.watch(this::check);
    }

    void run() {
        trouble = world.chance(0.5) ? Ports.Trouble.MUCH : Ports.Trouble.NONE;
        world.elapse(MAKING);
        faulty = true;
        trouble = Ports.Trouble.MUCH;
        fault();
        world.elapse(FAULTS);
        faulty = false;
        trouble = Ports.Trouble.NONE;
        world.elapse(LONGEST_FAULT);
        awaitReady();
        clients.stopped = true;
        world.elapse(Duration.ofSeconds(10));
        checkTheEnd();
    }

    private void replicate() {
        for (Mysqld server : kubernetes.servers()) {
            String host = server.source;
            Optional<Mysqld> source = kubernetes.servers().stream()
                    .filter(other -> ServerAddress.clientHost(Kubernetes.ID, other.instance)
                            .equals(host))
                    .filter(other -> network.connects(server.instance, other.instance))
                    .findFirst();
            server.replicate(source);
        }
    }

    // ---- faults

    private void fault() {
        if (!faulty) {
            return;
        }
        List<String> instances = new ArrayList<>(kubernetes.instances.keySet());
        if (!instances.isEmpty()) {
            String instance = world.pick(instances);
            switch (world.random.nextInt(8)) {
                case 0, 1 -> kubernetes.mysqld(instance).ifPresent(Mysqld::end);
                case 2 ->
                    Optional.ofNullable(kubernetes.instances.get(instance))
                            .flatMap(found -> Optional.ofNullable(found.pod))
                            .ifPresent(pod -> kubernetes.deletePod(instance, pod.uid()));
                case 3 -> freeze(instance);
                case 4 -> stopNode(world.random.nextInt(3));
                case 5 -> cut(world.pick(operators), instance);
                case 6 -> cut(instance, world.pick(instances));
                default -> kubernetes.scale(world.random.nextInt(5));
            }
        }
        world.after(world.between(300, 6000), this::fault);
    }

    private void freeze(String instance) {
        kubernetes.mysqld(instance).filter(server -> server.running).ifPresent(server -> {
            server.frozen = true;
            world.note(instance + " is frozen");
            world.after(world.between(500, 12_000), () -> server.frozen = false);
        });
    }

    private void stopNode(int node) {
        if (!kubernetes.nodesDown.contains(node)) {
            kubernetes.stopNode(node);
            world.after(world.between(2000, 20_000), () -> kubernetes.startNode(node));
        }
    }

    private void cut(String from, String to) {
        world.note("nothing gets from " + from + " to " + to);
        network.cut(from, to);
        world.after(world.between(500, 15_000), () -> network.heal(from, to));
    }

    // ---- what must hold

    private void check() {
        List<Mysqld> writable =
                kubernetes.servers().stream().filter(Mysqld::writable).toList();
        if (writable.size() > 1) {
            throw broken("two servers can commit: " + writable.get(0).instance + ", " + writable.get(1).instance);
        }
        if (kubernetes.status.epoch() < epoch) {
            throw broken("the epoch went back");
        }
        epoch = kubernetes.status.epoch();
        String primary = kubernetes.status.primary();
        if (primary != null && !clients.acknowledged.isEmpty()) {
            Mysqld server = kubernetes.mysqld(primary).orElseThrow(() -> broken("the primary's volume is gone"));
            if (server.rows.size() < clients.acknowledged.size()) {
                throw broken("acknowledged rows are lost on " + primary);
            }
        }
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
        if (!primary.rows.containsAll(clients.acknowledged)) {
            throw broken("acknowledged rows are lost");
        }
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

    private Broken broken(String what) {
        return new Broken(seed, what, world.diary());
    }

    long acknowledged() {
        return clients.acknowledged.size();
    }
}
