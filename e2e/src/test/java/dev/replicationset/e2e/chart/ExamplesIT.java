package dev.replicationset.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Helm.Release;
import dev.replicationset.e2e.Project;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example, and the one in the chart's notes, is a resource that the API server accepts as it stands. */
@EndToEnd(operator = false)
class ExamplesIT {
    private static final Pattern NOTED = Pattern.compile("(?s)<<'YAML'\n(.*?)\n *YAML\n");

    static List<Path> examples() {
        return Project.files(Project.examples(), ".yaml");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isAccepted(Path example, TestNamespace namespace) {
        String answer = namespace.kubectl("create", "--dry-run=server", "--validate=strict", "-f", example.toString());
        assertThat(answer).contains("mysqlreplicationset.replicationset.dev/", "created (server dry run)");
    }

    @Test
    void notesAreAccepted(TestCluster cluster, TestNamespace namespace) {
        Release release = new Release("notes", namespace.name(), "crds.install=false", "replicas=0", "watch.own=true");
        try {
            Matcher noted = NOTED.matcher(cluster.helm().install(release));
            assertThat(noted.find()).isTrue();
            assertThat(namespace
                            .client()
                            .resource(Sets.read(noted.group(1)))
                            .dryRun(true)
                            .create())
                    .isNotNull();
        } finally {
            cluster.helm().uninstall(release);
        }
    }
}
