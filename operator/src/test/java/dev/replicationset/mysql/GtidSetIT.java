package dev.replicationset.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.topology.GtidSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link GtidSet} says what the server's own functions say. */
class GtidSetIT {
    @RegisterExtension
    static final TestServers SERVERS = TestServers.withGtids(1);

    private static final List<String> KEYS = List.of(
            "11111111-1111-1111-1111-111111111111",
            "2A2A2A2A-2222-2222-2222-222222222222",
            "11111111-1111-1111-1111-111111111111:tag_a",
            "11111111-1111-1111-1111-111111111111:Tag_B");

    @Test
    void agreesWithTheServerOnRandomSets() throws SQLException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Connection connection = SERVERS.get(0).connect();
                PreparedStatement ask = connection.prepareStatement(
                        "SELECT GTID_SUBTRACT(?, ?), GTID_SUBSET(?, ?), GTID_SUBTRACT(CONCAT(?, ',', ?), ''),"
                                + " GTID_SUBTRACT(?, '')")) {
            for (int round = 0; round < 1000; round++) {
                String a = randomSet(random);
                String b = randomSet(random);
                for (int i = 1; i <= 6; i++) {
                    ask.setString(i, i % 2 == 1 ? a : b);
                }
                GtidSet left = GtidSet.parse(a);
                GtidSet right = GtidSet.parse(b);
                ask.setString(7, left.toString());
                try (ResultSet answer = ask.executeQuery()) {
                    answer.next();
                    assertThat(left.minus(right))
                            .as("seed %d: %s minus %s", seed, a, b)
                            .isEqualTo(GtidSet.parse(answer.getString(1)));
                    assertThat(left.isSubsetOf(right))
                            .as("seed %d: %s within %s", seed, a, b)
                            .isEqualTo(answer.getBoolean(2));
                    assertThat(left.union(right))
                            .as("seed %d: %s with %s", seed, a, b)
                            .isEqualTo(GtidSet.parse(answer.getString(3)));
                    assertThat(GtidSet.parse(answer.getString(4)))
                            .as("seed %d: the server reads %s", seed, left)
                            .isEqualTo(left);
                }
            }
        }
    }

    private static String randomSet(Random random) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> KEYS.get(random.nextInt(KEYS.size())) + randomIntervals(random))
                .collect(Collectors.joining(random.nextBoolean() ? "," : ",\n"));
    }

    private static String randomIntervals(Random random) {
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> {
                    int first = 1 + random.nextInt(30);
                    return ":" + first + (random.nextBoolean() ? "" : "-" + (first + random.nextInt(10)));
                })
                .collect(Collectors.joining());
    }
}
