package dev.replicationset.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that write to a set's primary all the while, each a row at a time, and remember every row whose commit was
 * acknowledged to them. A row whose commit failed is in doubt: it may be there or not, and is never written again. A client
 * that gets no answer for a second and a half connects again, as one with a sensible time-out does.
 */
public final class Writers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writers.class);
    // About 200 rows a second and client: enough to meet every fault, little enough for a small machine.
    private static final Duration PACE = Duration.ofMillis(5);
    private static final Duration RECONNECT = Duration.ofMillis(50);

    private final MysqlClient mysql;
    private final MysqlClient.Writes place;
    private final String set;
    private final List<Writer> writers;
    private final List<Thread> threads;
    private volatile boolean stopped;

    private Writers(MysqlClient mysql, String set, int threads) {
        this.mysql = mysql;
        this.place = mysql.writes(set);
        this.set = set;
        this.writers = IntStream.range(0, threads).mapToObj(Writer::new).toList();
        this.threads = writers.stream()
                .map(writer ->
                        Thread.ofVirtual().name("writer-" + writer.number).unstarted(() -> work(writer)))
                .toList();
    }

    /** Makes the table {@code writes} and starts; returns when every client has written a row. */
    static Writers start(MysqlClient mysql, String set, int threads) {
        try (Session session = mysql.primary(set)) {
            session.execute("CREATE TABLE IF NOT EXISTS writes"
                    + " (writer INT NOT NULL, number INT NOT NULL, PRIMARY KEY (writer, number))");
            session.execute("TRUNCATE TABLE writes");
        } catch (SQLException e) {
            throw new AssertionError("can't prepare the writers' table", e);
        }
        Writers writers = new Writers(mysql, set, threads);
        writers.threads.forEach(Thread::start);
        writers.awaitProgress(Duration.ofSeconds(30));
        writers.writers.forEach(Writer::restartClock);
        return writers;
    }

    /** Waits until every client has had a row acknowledged that it began to write after this call. */
    public void awaitProgress(Duration patience) {
        int[] begun = writers.stream().mapToInt(Writer::begun).toArray();
        Awaitility.await("every client writes")
                .atMost(patience)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> IntStream.range(0, begun.length)
                        .allMatch(i -> writers.get(i).lastAcknowledged() >= begun[i]));
    }

    /** How many rows were acknowledged so far. */
    public long acknowledged() {
        return writers.stream().mapToLong(Writer::count).sum();
    }

    /** The longest time that any client went without an acknowledged row, since all of them had begun to write. */
    public Duration longestGap() {
        return writers.stream().map(Writer::longestGap).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Ends the clients after the rows they are writing. */
    public void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the writers end", e);
            }
        }
    }

    /** Stops, then asks the primary for every acknowledged row, and for none that nobody wrote. */
    public void assertNothingLost() throws SQLException {
        stop();
        try (Session session = mysql.primary(set)) {
            assertNothingLost(session);
        }
    }

    /** The same, and at every one of these replicas, which are given time to catch up. */
    public void assertNothingLost(List<String> replicas, Duration patience) throws SQLException {
        assertNothingLost();
        replicas.forEach(replica -> assertNothingLostOn(replica, patience));
    }

    /** The same at one instance, which is given time to catch up. */
    public void assertNothingLostOn(String instance, Duration patience) {
        stop();
        Awaitility.await("all rows on " + instance)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(() -> {
                    try (Session session = mysql.instance(set, instance)) {
                        assertNothingLost(session);
                    }
                });
    }

    private void assertNothingLost(Session session) throws SQLException {
        List<BitSet> present = writers.stream().map(writer -> new BitSet()).toList();
        for (Map<String, @Nullable String> row : session.query("SELECT writer, number FROM writes")) {
            present.get(number(row, "writer")).set(number(row, "number"));
        }
        for (Writer writer : writers) {
            BitSet there = present.get(writer.number);
            assertThat(without(writer.acknowledged(), there))
                    .as("rows of client %d that were acknowledged and are lost", writer.number)
                    .isEqualTo(new BitSet());
            assertThat(there.length())
                    .as("rows of client %d that it never wrote", writer.number)
                    .isLessThanOrEqualTo(writer.begun());
        }
        LOG.info("{} rows acknowledged, none lost, longest gap {}", acknowledged(), longestGap());
    }

    private static int number(Map<String, @Nullable String> row, String column) {
        String value = row.get(column);
        if (value == null) {
            throw new AssertionError("no column " + column);
        }
        return Integer.parseInt(value);
    }

    private static BitSet without(BitSet rows, BitSet others) {
        rows.andNot(others);
        return rows;
    }

    private void work(Writer writer) {
        while (!stopped) {
            try (Session session = place.connect()) {
                while (!stopped) {
                    int row = writer.begin();
                    session.execute("INSERT INTO writes (writer, number) VALUES (?, ?)", writer.number, row);
                    writer.acknowledge(row);
                    LockSupport.parkNanos(PACE.toNanos());
                }
            } catch (SQLException | RuntimeException | AssertionError e) {
                // Whatever it was, a client connects again; what it means is asserted in the end.
                LOG.debug("client {} connects again", writer.number, e);
                LockSupport.parkNanos(RECONNECT.toNanos());
            }
        }
        writer.end();
    }

    @Override
    public void close() {
        stop();
    }

    /** What one client knows; written by its thread, read by the test's. */
    private static final class Writer {
        private final int number;
        private final BitSet acknowledged = new BitSet();
        private int next;
        private int last = -1;
        private long lastNanos = System.nanoTime();
        private Duration longestGap = Duration.ZERO;
        private boolean ended;

        Writer(int number) {
            this.number = number;
        }

        synchronized int begin() {
            return next++;
        }

        synchronized void acknowledge(int row) {
            acknowledged.set(row);
            last = row;
            longestGap = longestGap();
            lastNanos = System.nanoTime();
        }

        /** The gap that is still open counts too, so that a client that never came back is not forgotten. */
        synchronized Duration longestGap() {
            Duration open = ended ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - lastNanos);
            return open.compareTo(longestGap) > 0 ? open : longestGap;
        }

        synchronized void restartClock() {
            longestGap = Duration.ZERO;
            lastNanos = System.nanoTime();
        }

        synchronized void end() {
            longestGap = longestGap();
            ended = true;
        }

        synchronized int begun() {
            return next;
        }

        synchronized int lastAcknowledged() {
            return last;
        }

        synchronized long count() {
            return acknowledged.cardinality();
        }

        synchronized BitSet acknowledged() {
            return (BitSet) acknowledged.clone();
        }
    }
}
