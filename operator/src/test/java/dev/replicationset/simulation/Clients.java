package dev.replicationset.simulation;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write a row now and then and remember each that was acknowledged. They keep their connection as long as it
 * lasts, wherever the endpoint leads by then, and reach every server. Some wait for an answer for ever.
 */
final class Clients {
    private static final int COUNT = 4;
    private static final Duration PACE = Duration.ofMillis(150);

    private final World world;
    private final Kubernetes kubernetes;
    final BitSet acknowledged = new BitSet();
    private int next;
    boolean stopped;

    Clients(World world, Kubernetes kubernetes) {
        this.world = world;
        this.kubernetes = kubernetes;
        IntStream.range(0, COUNT).forEach(number -> new Client(number % 2 == 0));
    }

    /** One of them. */
    private final class Client {
        private static final Duration PATIENCE = Duration.ofMillis(1500);

        private final boolean patient;
        private @Nullable Mysqld server;
        private int life;
        private int ended;
        private boolean waiting;
        private int commit;

        Client(boolean patient) {
            this.patient = patient;
            world.every(PACE, this::act);
        }

        private void act() {
            Mysqld open = server;
            if (stopped) {
                return;
            }
            if (open == null || open.life() != life || open.clientsEnded() != ended) {
                waiting = false;
                connect();
            } else if (!waiting && open.answers() && !open.closing) {
                write(open);
            }
        }

        private void connect() {
            server = null;
            List<String> endpoint = kubernetes.writeEndpoint();
            if (endpoint.isEmpty()) {
                return;
            }
            Optional<Mysqld> there = kubernetes.mysqld(world.pick(endpoint)).filter(Mysqld::answers);
            there.ifPresent(mysqld -> {
                server = mysqld;
                life = mysqld.life();
                ended = mysqld.clientsEnded();
            });
        }

        private void write(Mysqld open) {
            if (!open.writable()) {
                server = null;
                return;
            }
            int row = next++;
            int mine = ++commit;
            waiting = true;
            open.commit(new Transaction.Content.Row(row), () -> answered(open, row, mine));
            if (!patient && waiting) {
                world.after(PATIENCE, () -> giveUp(mine));
            }
        }

        /** Where clients' connections were ended meanwhile nobody hears of it. */
        private void answered(Mysqld from, int row, int mine) {
            if (mine == commit && server == from && from.life() == life && from.clientsEnded() == ended) {
                acknowledged.set(row);
                waiting = false;
            }
        }

        private void giveUp(int mine) {
            if (waiting && mine == commit) {
                commit++;
                waiting = false;
                server = null;
            }
        }
    }
}
