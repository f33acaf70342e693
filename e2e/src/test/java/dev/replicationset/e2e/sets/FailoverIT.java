package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.ConditionType;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.e2e.Writers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The primary is lost, in each of many ways: a replica takes its place, and nothing that was acknowledged is lost. */
@EndToEnd
class FailoverIT {
    private static final Logger LOG = LoggerFactory.getLogger(FailoverIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String SET = "orders";

    private final TestNamespace namespace;
    private final Sets sets;

    FailoverIT(TestNamespace namespace) {
        this.namespace = namespace;
        this.sets = namespace.sets();
    }

    /** One set for all faults, one after another, as it would live. */
    @Test
    void aReplicaTakesThePlaceOfAPrimaryThatIsLost() throws SQLException {
        sets.apply(Sets.small(SET, 2));
        sets.awaitReady(SET, PATIENCE);
        sets.await(
                SET,
                "both replicas acknowledge",
                PATIENCE,
                status -> status.acknowledging().size() == 2 && status.acksRequired() == 1);
        sets.awaitCondition(SET, ConditionType.FailoverReady, true, PATIENCE);

        after("kill -9", primary -> namespace.cluster().faults().kill(namespace.pod(primary)));
        after("kill -9, and of the next one right after", primary -> {
            namespace.cluster().faults().kill(namespace.pod(primary));
            awaitAnother(primary);
            namespace.cluster().faults().kill(namespace.pod(sets.primary(SET)));
        });
        after("freeze", primary -> {
            namespace.cluster().faults().freeze(namespace.pod(primary));
            awaitAnother(primary);
            namespace.cluster().faults().thaw(namespace.pod(primary));
        });
        after("forced deletion", primary -> delete(primary, 0));
        after("the primary and a replica at once", primary -> {
            String replica = sets.replicas(SET).getFirst();
            namespace.cluster().faults().kill(namespace.pod(replica));
            namespace.cluster().faults().kill(namespace.pod(primary));
        });
    }

    private void delete(String instance, long grace) {
        namespace
                .client()
                .pods()
                .withName(instance + "-0")
                .withGracePeriod(grace)
                .delete();
    }

    private void awaitAnother(String than) {
        sets.await(
                SET,
                "has another primary than " + than,
                PATIENCE,
                status -> !than.equals(status.primary()) && status.transition() == null);
    }

    private void after(String what, Consumer<String> fault) throws SQLException {
        String primary = sets.primary(SET);
        long epoch = sets.status(SET).epoch();
        try (Writers writers = namespace.writers(SET, 4)) {
            fault.accept(primary);
            awaitAnother(primary);
            writers.awaitProgress(PATIENCE);
            LOG.info("{}: longest gap {}", what, writers.longestGap());
            sets.awaitReady(SET, PATIENCE);
            sets.await(
                    SET,
                    "both replicas acknowledge",
                    PATIENCE,
                    status -> status.acknowledging().size() == 2 && status.acksRequired() == 1);
            sets.awaitCondition(SET, ConditionType.FailoverReady, true, PATIENCE);
            writers.assertNothingLost();
            for (String replica : sets.replicas(SET)) {
                writers.assertNothingLostOn(replica, Duration.ofSeconds(30));
            }
        }
        MySQLReplicationSetStatus healed = sets.status(SET);
        assertThat(healed.epoch()).as(what).isGreaterThan(epoch);
        assertOneIsOpen(healed);
    }

    private void assertOneIsOpen(MySQLReplicationSetStatus status) throws SQLException {
        for (var member : status.instances()) {
            try (Session session = namespace.mysql().instance(SET, member.name())) {
                assertThat(session.number("SELECT @@GLOBAL.super_read_only"))
                        .as("super_read_only of " + member.name())
                        .isEqualTo(member.name().equals(status.primary()) ? 0 : 1);
            }
        }
    }
}
