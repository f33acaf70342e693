package dev.replicationset.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Helm;
import dev.replicationset.e2e.Helm.Release;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Project;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.Shell;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of a release: what an upgrade changes, what stays after it. The operator's pods are not needed. With each Helm. */
@EndToEnd(operator = false)
@ParameterizedClass
@EnumSource
class ChartInstallIT {
    private static final String NAME = "mysql-replicationset-operator";

    private final TestCluster cluster;
    private final Helm helm;
    private final OperatorInstall shared;

    ChartInstallIT(Helm.Program program, TestCluster cluster, OperatorInstall shared) {
        this.cluster = cluster;
        this.helm = cluster.helm(program);
        this.shared = shared;
    }

    @BeforeEach
    @AfterEach
    void startFromNothing() {
        shared.remove();
    }

    @Test
    void upgradesTheDefinition(TestNamespace home, @TempDir Path folder) throws IOException {
        Path older = copyOfTheChart(folder.resolve("chart"));
        Path definition = Project.files(older.resolve("files/crds"), ".yml").getFirst();
        Files.writeString(definition, Project.read(definition).replaceAll("(?m)^( *)shortNames:\\n *- .*\\n", ""));

        helm.on(older).install(release(home));
        assertThat(definition().orElseThrow().getSpec().getNames().getShortNames())
                .isEmpty();

        helm.install(release(home));
        assertThat(definition().orElseThrow().getSpec().getNames().getShortNames())
                .containsExactly("mrs");
    }

    @Test
    void upgradeChangesValues(TestNamespace home) {
        helm.install(release(home));
        assertThat(logLevel(home)).isEqualTo("INFO");

        helm.install(release(home).with("logLevel=DEBUG"));
        assertThat(logLevel(home)).isEqualTo("DEBUG");
    }

    /** As people do who move on from Helm 3. */
    @Test
    void theOtherHelmGoesOnWithARelease(TestNamespace home) {
        helm.install(release(home));
        assertThat(cluster.helm().releases()).extracting(Release::namespace).contains(home.name());

        cluster.helm().install(release(home).with("logLevel=DEBUG"));
        assertThat(logLevel(home)).isEqualTo("DEBUG");
        cluster.helm().uninstall(release(home));
        assertThat(home.client().apps().deployments().list().getItems()).isEmpty();
    }

    @Test
    void uninstallKeepsTheDefinitionAndTheSets(TestNamespace home) {
        helm.install(release(home));
        home.sets().apply(Sets.small("orders", 1));

        helm.uninstall(release(home));
        assertThat(home.client().apps().deployments().list().getItems()).isEmpty();
        assertThat(home.client().serviceAccounts().withName(NAME).get()).isNull();
        assertThat(definition()).isPresent();
        assertThat(home.sets().find("orders")).isPresent();

        helm.install(release(home));
        assertThat(definition().orElseThrow().getMetadata().getAnnotations())
                .containsEntry("meta.helm.sh/release-namespace", home.name());
        assertThat(home.sets().find("orders")).isPresent();
    }

    @Test
    void aSecondReleaseLeavesTheDefinitionToTheFirst(TestNamespace home) {
        TestNamespace other = home.another("other");
        helm.install(release(home).with("watch.own=true"));

        Shell.Output refused = helm.attempt(release(other).with("watch.own=true"));
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("invalid ownership metadata", OperatorInstall.DEFINITION);

        helm.install(release(other).with("watch.own=true", "crds.install=false"));
        assertThat(helm.releases()).extracting(Release::namespace).contains(home.name(), other.name());

        helm.uninstall(release(other));
        assertThat(definition()).isPresent();
    }

    @Test
    void anotherReleaseTakesOver(TestNamespace home) {
        TestNamespace other = home.another("other");
        helm.install(release(home));
        helm.uninstall(release(home));

        Shell.Output taken = helm.attempt(release(other), "--take-ownership");
        assertThat(taken.exit()).as(taken.all()).isZero();
        assertThat(definition().orElseThrow().getMetadata().getAnnotations())
                .containsEntry("meta.helm.sh/release-namespace", other.name());
    }

    @Test
    void notesLeadToTheFirstSet(TestNamespace home) {
        assertThat(helm.install(release(home)))
                .contains("looks after sets in all namespaces")
                .contains("kubectl -n default apply -f -");
        assertThat(helm.install(release(home).with("watch.own=true")))
                .contains("looks after sets in " + home.name())
                .contains("kubectl -n %s apply -f -".formatted(home.name()));
    }

    private static Release release(TestNamespace home) {
        return new Release(NAME, home.name(), "replicas=0");
    }

    private Optional<CustomResourceDefinition> definition() {
        return Optional.ofNullable(cluster.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(OperatorInstall.DEFINITION)
                .get());
    }

    private static String logLevel(TestNamespace home) {
        List<EnvVar> environment = home.client()
                .apps()
                .deployments()
                .withName(NAME)
                .get()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv();
        return environment.stream()
                .filter(variable -> variable.getName().equals("LOG_LEVEL"))
                .map(EnvVar::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static Path copyOfTheChart(Path target) throws IOException {
        Path chart = Project.chart();
        try (Stream<Path> files = Files.walk(chart)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(chart.relativize(file).toString()));
            }
        }
        return target;
    }
}
