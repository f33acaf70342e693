package dev.replicationset.e2e.bench;

import static dev.replicationset.e2e.bench.Moments.seconds;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.bench.Figure.Unit;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One replica more, of a set with little and with much data. */
@EndToEnd
class ScaleOutBench {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int RUNS = 3;
    private static final String CLOCKS = "not measured, since it compares the clocks of several machines";
    private static final int LITTLE = 10;
    private static final int MUCH = 1000;
    private static final String SET = "orders";

    @Test
    void oneReplicaMore(TestNamespace namespace) throws SQLException {
        Ground ground = Ground.await(namespace);
        Sets sets = namespace.sets();
        sets.apply(Sets.small(SET, 0));
        sets.awaitReady(SET, PATIENCE);
        List<Double> empty = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            empty.add(scaleOut(namespace, false).serves());
        }
        Chapter chapter = new Chapter(ScaleOutBench.class, "One replica more")
                .text("""
                        A set with no replica is scaled to one, `kubectl scale mrs orders --replicas=1`, and back. Its data are \
                        rows of a million random bytes.\
                        """)
                .table(Figure.seconds("no data, until it serves", empty, """
                        from the scaling until the EndpointSlice of the read Service leads to the new replica's pod; it \
                        attaches directly and nothing is copied\
                        """));
        fill(namespace, LITTLE);
        chapter.table(figures("10 MB", namespace));
        fill(namespace, MUCH - LITTLE);
        chapter.table(figures("1 GB", namespace)).write(ground);
    }

    private static List<Figure> figures(String size, TestNamespace namespace) throws SQLException {
        List<Copy> copies = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            copies.add(scaleOut(namespace, true));
            plain.add(plainCopy(namespace, copies.getLast().bytes()));
        }
        double megabytes = copies.getLast().bytes() / 1e6;
        return List.of(
                Figure.seconds(size + ", until it serves", each(copies, Copy::serves), "as above, through CLONE"),
                Figure.seconds("of that, until the copy begins", each(copies, Copy::begins), """
                                the new volume and pod, first start of mysqld\
                                """)
                        .only(namespace.cluster().ours(), CLOCKS),
                Figure.seconds("copy", each(copies, Copy::copies), """
                        MySQL's own stages FILE COPY to FILE SYNC in `performance_schema.clone_progress`, %.0f MB\
                        """.formatted(megabytes)),
                Figure.seconds("restart on the copy", each(copies, Copy::restarts), """
                        from there until MySQL calls the CLONE complete: mysqld ends, kubelet starts it again, it recovers\
                        """),
                Figure.seconds("until it serves after that", each(copies, Copy::attaches), """
                                the operator configures the replication, it catches up, the endpoint is switched\
                                """)
                        .only(namespace.cluster().ours(), CLOCKS),
                new Figure("speed of the copy", Unit.MEGABYTES_PER_SECOND, each(copies, Copy::speed), "", """
                        bytes of the copy by its time; both volumes lie on one disk\
                        """),
                new Figure("speed of cp", Unit.MEGABYTES_PER_SECOND, plain, "", """
                        `cp` of a file of as many bytes on the primary's volume, then `sync` of the new file\
                        """));
    }

    /**
     * One replica that came.
     *
     * @param serves seconds from the scaling until readers are led to it
     * @param begins, copies, restarts, attaches the parts of that
     */
    private record Copy(double serves, double begins, double copies, double restarts, double attaches, long bytes) {
        double speed() {
            return bytes / 1e6 / copies;
        }
    }

    private static Copy scaleOut(TestNamespace namespace, boolean cloned) throws SQLException {
        Sets sets = namespace.sets();
        String instance = SET + "-" + (sets.status(SET).lastNumber() + 1);
        Instant asked = Instant.now();
        sets.scale(SET, 1);
        Instant serves = Moments.reads(namespace.client(), SET, pods -> pods.contains(instance + "-0"));
        sets.awaitReady(SET, PATIENCE);
        Copy copy = cloned ? copy(namespace, instance, asked, serves) : new Copy(seconds(asked, serves), 0, 0, 0, 0, 0);
        scaleIn(namespace);
        return copy;
    }

    private static Copy copy(TestNamespace namespace, String instance, Instant asked, Instant serves)
            throws SQLException {
        try (Session replica = namespace.mysql().admin(SET, instance)) {
            Map<String, @Nullable String> told = replica.query("""
                    SELECT MIN(IF(stage = 'FILE COPY', begin_time, NULL)) AS begins,
                           MAX(IF(stage = 'FILE SYNC', end_time, NULL)) AS copied,
                           MAX(end_time) AS complete,
                           SUM(data) AS bytes
                    FROM performance_schema.clone_progress""").getFirst();
            Instant begins = time(told, "begins");
            Instant copied = time(told, "copied");
            Instant complete = time(told, "complete");
            return new Copy(
                    seconds(asked, serves),
                    seconds(asked, begins),
                    seconds(begins, copied),
                    seconds(copied, complete),
                    seconds(complete, serves),
                    Long.parseLong(Objects.requireNonNull(told.get("bytes"))));
        }
    }

    /** The servers run in UTC. */
    private static Instant time(Map<String, @Nullable String> row, String column) {
        String text = Objects.requireNonNull(row.get(column), column);
        return LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    }

    private static void scaleIn(TestNamespace namespace) {
        namespace.sets().scale(SET, 0);
        namespace.sets().awaitReady(SET, PATIENCE);
        Awaitility.await("nothing of the replica is left")
                .atMost(PATIENCE)
                .until(() -> namespace.client().pods().list().getItems().size() == 1
                        && namespace
                                        .client()
                                        .persistentVolumeClaims()
                                        .list()
                                        .getItems()
                                        .size()
                                == 1);
    }

    /** Seconds that a file of so many bytes takes on the primary's volume, as MB/s. */
    private static double plainCopy(TestNamespace namespace, long bytes) {
        String script = """
                cd /var/lib/mysql
                head -c %d /dev/urandom >plain-1
                sync plain-1
                began=$(date +%%s%%N)
                cp plain-1 plain-2
                sync plain-2
                echo $(($(date +%%s%%N) - began))
                rm plain-1 plain-2
                """.formatted(bytes);
        String nanos = namespace
                .kubectl("exec", SET + "-1-0", "-c", "mysqld", "--", "bash", "-ec", script)
                .strip();
        return bytes / 1e6 / (Long.parseLong(nanos) / 1e9);
    }

    private static void fill(TestNamespace namespace, int megabytes) throws SQLException {
        try (Session primary = namespace.mysql().primary(SET)) {
            primary.execute("CREATE TABLE IF NOT EXISTS ballast (id INT PRIMARY KEY AUTO_INCREMENT, data LONGBLOB)");
            for (int row = 0; row < megabytes; row++) {
                primary.execute("INSERT INTO ballast (data) VALUES (REPEAT(RANDOM_BYTES(1000), 1000))");
            }
        }
    }

    private static List<Double> each(List<Copy> copies, Function<Copy, Double> figure) {
        return copies.stream().map(figure).toList();
    }
}
