package dev.replicationset.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Helm.Release;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The operator's service account may do what is listed here and nothing else, whichever namespaces it watches. */
@EndToEnd(operator = false)
class ChartRightsIT {
    private static final String NAME = "mysql-replicationset-operator";
    private static final Map<String, Set<String>> NOTHING = Map.of();
    private static final Map<String, Set<String>> LEADING = Map.of(
            "leases.coordination.k8s.io",
            Set.of("create"),
            "leases.coordination.k8s.io/mysql-replicationset-operator",
            Set.of("get", "patch", "update"));
    private static final Map<String, Set<String>> OPERATING = Map.ofEntries(
            Map.entry("mysqlreplicationsets.replicationset.dev", Set.of("get", "list", "patch", "watch")),
            Map.entry("mysqlreplicationsets/status.replicationset.dev", Set.of("update")),
            Map.entry("statefulsets.apps", Set.of("get", "list", "watch", "create", "patch", "delete")),
            Map.entry("configmaps", Set.of("get", "list", "watch", "create", "patch", "delete")),
            Map.entry("persistentvolumeclaims", Set.of("get", "list", "watch", "create", "patch", "delete")),
            Map.entry("secrets", Set.of("get", "list", "watch", "create", "patch")),
            Map.entry("services", Set.of("get", "list", "watch", "create", "patch")),
            Map.entry("pods", Set.of("get", "list", "watch", "patch", "delete")),
            Map.entry("poddisruptionbudgets.policy", Set.of("get", "list", "watch", "create", "patch")),
            Map.entry("networkpolicies.networking.k8s.io", Set.of("get", "list", "watch", "create", "patch")),
            Map.entry("events.events.k8s.io", Set.of("get", "create", "patch")));

    @Test
    void allNamespaces(TestNamespace home) {
        try (Installed operator = new Installed(home)) {
            operator.may(both(OPERATING, LEADING), home);
            operator.may(OPERATING, home.another("later"));
        }
    }

    @Test
    void someNamespaces(TestNamespace home) {
        TestNamespace shop = home.another("shop");
        try (Installed operator = new Installed(home, "watch.namespaces={%s}".formatted(shop.name()))) {
            operator.may(OPERATING, shop);
            operator.may(LEADING, home);
            operator.may(NOTHING, home.another("stranger"));
        }
    }

    @Test
    void itsOwnNamespace(TestNamespace home) {
        try (Installed operator = new Installed(home, "watch.own=true")) {
            operator.may(both(OPERATING, LEADING), home);
            operator.may(NOTHING, home.another("stranger"));
        }
    }

    @Test
    void rightsOfSomebodyElsesMaking(TestNamespace home) {
        try (Installed operator = new Installed(home, "rbac.create=false")) {
            operator.may(NOTHING, home);
        }
    }

    @Test
    void peopleWhoMayViewOrEditMayDoSoWithSets(TestNamespace home) {
        try (Installed operator = new Installed(home)) {
            operator.aggregates("view", Set.of("get", "list", "watch"));
            operator.aggregates(
                    "edit", Set.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"));
        }
    }

    private static Map<String, Set<String>> both(Map<String, Set<String>> a, Map<String, Set<String>> b) {
        Map<String, Set<String>> sum = new HashMap<>(a);
        sum.putAll(b);
        return sum;
    }

    /** The chart, installed without pods and without the definition, which is there. */
    private static final class Installed implements AutoCloseable {
        private final TestNamespace home;
        private final Release release;
        private final Rights rights;

        Installed(TestNamespace home, String... values) {
            this.home = home;
            this.release = new Release(NAME, home.name(), "crds.install=false", "replicas=0").with(values);
            this.rights = new Rights(home.client());
            home.cluster().helm().install(release);
        }

        void may(Map<String, Set<String>> expected, TestNamespace namespace) {
            // The authoriser hears of new roles through a watch.
            Awaitility.await()
                    .untilAsserted(() -> assertThat(rights.of(NAME, home.name(), namespace.name()))
                            .as("rights in " + namespace.name())
                            .containsExactlyInAnyOrderEntriesOf(expected));
        }

        void aggregates(String clusterRole, Set<String> verbs) {
            Awaitility.await().untilAsserted(() -> {
                List<PolicyRule> rules = home.client()
                        .rbac()
                        .clusterRoles()
                        .withName(clusterRole)
                        .get()
                        .getRules();
                assertThat(rules.stream()
                                .filter(rule -> rule.getResources().contains("mysqlreplicationsets"))
                                .flatMap(rule -> rule.getVerbs().stream()))
                        .containsExactlyInAnyOrderElementsOf(verbs);
            });
        }

        @Override
        public void close() {
            home.cluster().helm().uninstall(release);
        }
    }
}
