package dev.replicationset.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Helm.Release;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The operator's own pods, as the chart runs them and with the rights it gives. */
@EndToEnd
class OperatorPodsIT {
    private static final Duration TAKE_OVER = Duration.ofSeconds(20);
    private static final double MEGABYTE = 1e6;
    private static final Pattern METASPACE =
            Pattern.compile("jvm_memory_used_bytes\\{area=\"nonheap\",id=\"Metaspace\"} (\\S+)");

    @Test
    void twoPodsOnTwoNodesOneLeads(OperatorInstall operator) {
        List<Pod> pods = operator.pods();
        assertThat(pods).hasSize(2).allMatch(Readiness::isPodReady);
        assertThat(pods).extracting(pod -> pod.getSpec().getNodeName()).doesNotHaveDuplicates();
        assertThat(pods).extracting(pod -> pod.getMetadata().getName()).contains(operator.leader());
    }

    @Test
    void theOtherTakesOver(OperatorInstall operator, TestCluster cluster) {
        String first = operator.leader();
        cluster.client()
                .pods()
                .inNamespace(OperatorInstall.NAMESPACE)
                .withName(first)
                .withGracePeriod(0)
                .delete();
        Awaitility.await("another pod leads")
                .atMost(TAKE_OVER)
                .untilAsserted(() -> assertThat(operator.leader()).isNotEqualTo(first));
        Awaitility.await("two pods again")
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(operator.pods()).hasSize(2).allMatch(Readiness::isPodReady));
    }

    /** An archive that the JVM refuses is passed over; then all classes are in metaspace, more than 30 MB of them. */
    @Test
    void theClassArchiveIsUsed(OperatorInstall operator) {
        assertThat(operator.pods())
                .allSatisfy(pod ->
                        assertThat(metaspace(OperatorInstall.metrics(pod))).isBetween(1.0, 15.0 * MEGABYTE));
    }

    @Test
    void theServiceAccountMayDoAllThatASetNeeds(
            TestNamespace namespace, OperatorInstall operator, TestCluster cluster) {
        namespace.sets().apply(Sets.small("orders", 1));
        namespace.sets().awaitReady("orders", Duration.ofMinutes(2));
        namespace.sets().delete("orders");
        Awaitility.await("the set's pods are gone")
                .atMost(Duration.ofMinutes(1))
                .until(() -> namespace.sets().pods("orders").isEmpty());
        for (Pod pod : operator.pods()) {
            assertThat(cluster.client().pods().resource(pod).getLog())
                    .doesNotContain("forbidden")
                    .doesNotContain("code=403");
        }
    }

    @Test
    void looksAfterItsOwnNamespaceOnly(OperatorInstall shared, TestCluster cluster) {
        // Takes all namespaces of tests away, so these are made after it.
        shared.remove();
        TestNamespace home = TestNamespace.create(cluster, "home");
        TestNamespace stranger = home.another("stranger");
        Release release = new Release("mysql-replicationset-operator", home.name(), "watch.own=true");
        try {
            cluster.helm().install(release);
            stranger.sets().apply(Sets.small("orders", 0));
            home.sets().apply(Sets.small("orders", 0));

            home.sets().awaitReady("orders", Duration.ofMinutes(2));
            assertThat(stranger.sets().status("orders")).isEqualTo(MySQLReplicationSetStatus.EMPTY);
            assertThat(stranger.client().pods().list().getItems()).isEmpty();
        } finally {
            // The definition belongs to the release of this test, so it has to go with it.
            shared.remove();
            shared.ensure();
        }
    }

    private static double metaspace(String metrics) {
        Matcher used = METASPACE.matcher(metrics);
        assertThat(used.find()).as("metaspace is told").isTrue();
        return Double.parseDouble(used.group(1));
    }
}
