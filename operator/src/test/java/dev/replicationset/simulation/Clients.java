package dev.replicationset.simulation;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Clients that write a row now and then to where the write endpoint leads, and remember each that was acknowledged. */
final class Clients {
    private static final Duration PACE = Duration.ofMillis(70);

    private final World world;
    private final Kubernetes kubernetes;
    final Set<Long> acknowledged = new HashSet<>();
    private long next;
    boolean stopped;

    Clients(World world, Kubernetes kubernetes) {
        this.world = world;
        this.kubernetes = kubernetes;
        world.every(PACE, this::write);
    }

    private void write() {
        List<String> endpoint = kubernetes.writeEndpoint();
        if (stopped || endpoint.isEmpty()) {
            return;
        }
        Optional<Mysqld> server = kubernetes.mysqld(world.pick(endpoint));
        if (server.filter(mysqld -> mysqld.answers() && mysqld.writable()).isPresent()) {
            long row = next++;
            server.get().commit(new Transaction.Content.Row(row));
            acknowledged.add(row);
        }
    }
}
