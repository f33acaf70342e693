package dev.replicationset.e2e.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.ConditionType;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Session;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestNamespace;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What goes and what stays when a set, or its namespace, is deleted. */
@EndToEnd
class DeletionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void keptVolumesBringTheDataBack(TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 1));
        sets.awaitReady("orders", PATIENCE);
        try (Session primary = namespace.mysql().primary("orders")) {
            primary.execute("CREATE TABLE kept (id INT PRIMARY KEY)");
            primary.execute("INSERT INTO kept VALUES (42)");
        }

        sets.delete("orders");
        awaitGone(namespace);
        assertThat(namespace.client().persistentVolumeClaims().list().getItems())
                .hasSize(2);

        sets.apply(Sets.small("orders", 1));
        sets.awaitReady("orders", PATIENCE);
        assertThat(sets.primary("orders")).isEqualTo("orders-1");
        try (Session primary = namespace.mysql().primary("orders");
                Session replica = namespace.mysql().instance("orders", "orders-2")) {
            assertThat(primary.number("SELECT id FROM kept")).isEqualTo(42);
            assertThat(replica.number("SELECT id FROM kept")).isEqualTo(42);
        }
    }

    /** What the page on troubleshooting tells to do. */
    @Test
    void aReplicaBecomesThePrimaryWhenThePrimarysVolumeIsLost(TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 1, "failover: {automatic: false}\n"));
        sets.awaitReady("orders", PATIENCE);
        namespace.asRoot("orders-1", "CREATE TABLE app.kept (id INT PRIMARY KEY)", "INSERT INTO app.kept VALUES (42)");
        Awaitility.await("the row on the replica")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(namespace.asRoot("orders-2", "SELECT id FROM app.kept"))
                        .contains("42"));
        namespace.kubectl("delete", "pvc/orders-1", "pod/orders-1-0", "--force", "--grace-period=0");
        sets.await(
                "orders",
                "the loss is told",
                PATIENCE,
                status -> Sets.condition(status, ConditionType.PrimaryAvailable)
                        .filter(condition -> condition.getReason().equals("PrimaryDataLost"))
                        .isPresent());
        assertThat(sets.status("orders").ready()).as("the replica serves reads").isEqualTo("1/1");

        sets.delete("orders");
        awaitGone(namespace);
        namespace.kubectl("delete", "pvc/orders-1");
        namespace.kubectl("annotate", "pvc/orders-2", "replicationset.dev/role=Primary", "--overwrite");
        sets.apply(Sets.small("orders", 1));

        sets.awaitReady("orders", PATIENCE);
        assertThat(sets.primary("orders")).isEqualTo("orders-2");
        assertThat(sets.status("orders").epoch()).isEqualTo(2);
        for (String instance : List.of("orders-2", sets.replicas("orders").getFirst())) {
            assertThat(namespace.asRoot(instance, "SELECT id FROM app.kept")).contains("42");
        }
    }

    @Test
    void passwordsThatWereDeletedAreMadeAnew(TestNamespace namespace) throws SQLException {
        Sets sets = namespace.sets();
        sets.apply(Sets.small("orders", 0));
        sets.awaitReady("orders", PATIENCE);
        String before = namespace.mysql().secret("orders-app", "password");

        namespace.kubectl("delete", "secret", "orders-app");

        Awaitility.await("the application's new password works")
                .atMost(PATIENCE)
                .ignoreExceptionsMatching(e -> e instanceof SQLException || e instanceof AssertionError)
                .until(() -> {
                    try (Session primary = namespace.mysql().primary("orders")) {
                        return primary.number("SELECT 1") == 1
                                && !namespace
                                        .mysql()
                                        .secret("orders-app", "password")
                                        .equals(before);
                    }
                });
    }

    @Test
    void volumesGoWhenTheSpecSaysSo(TestNamespace namespace) {
        Sets sets = namespace.sets();
        sets.apply(Sets.read("""
                apiVersion: replicationset.dev/v1alpha1
                kind: MySQLReplicationSet
                metadata: {name: orders}
                spec:
                  replicas: 0
                  storage: {size: 1Gi, whenDeleted: Delete}
                  mysqld: {innodb_buffer_pool_size: 32M}
                """));
        sets.awaitReady("orders", PATIENCE);

        sets.delete("orders");

        awaitGone(namespace);
        Awaitility.await("volumes and Secrets go").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(namespace.client().persistentVolumeClaims().list().getItems())
                    .isEmpty();
            assertThat(namespace.client().secrets().list().getItems()).isEmpty();
        });
    }

    @Test
    void aNamespaceBeingDeletedNeverHangs(TestNamespace namespace) {
        TestNamespace doomed = namespace.another("doomed");
        doomed.sets().apply(Sets.small("orders", 1));
        doomed.sets().awaitReady("orders", PATIENCE);

        doomed.delete();

        Awaitility.await("the namespace is gone")
                .atMost(PATIENCE)
                .until(() -> namespace
                                .cluster()
                                .client()
                                .namespaces()
                                .withName(doomed.name())
                                .get()
                        == null);
    }

    private static void awaitGone(TestNamespace namespace) {
        Awaitility.await("pods and objects go").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(namespace.client().apps().statefulSets().list().getItems())
                    .isEmpty();
            assertThat(namespace.client().pods().list().getItems()).isEmpty();
            assertThat(namespace.client().services().list().getItems()).isEmpty();
        });
    }
}
