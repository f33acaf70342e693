package dev.replicationset.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies in the chart's folder fits what lies elsewhere. */
class ChartFilesTest {
    private static final String BEGIN = "<!-- values: generated from values.yaml, a test compares -->\n";
    private static final String END = "<!-- end of values -->";

    @Test
    void holdsTheGeneratedDefinitions() {
        Path copies = Project.chart().resolve("files/crds");
        assertThat(names(copies)).isNotEmpty().isEqualTo(names(Project.crds()));
        for (Path original : Project.files(Project.crds(), ".yml")) {
            assertThat(Project.read(copies.resolve(original.getFileName())))
                    .as("stale copy; run: make generate")
                    .isEqualTo(Project.read(original));
        }
    }

    @Test
    void hasTheProjectsVersion() {
        assertThat(Project.read(Project.chart().resolve("Chart.yaml")))
                .contains("\nversion: " + Project.version() + "\n")
                .contains("\nappVersion: " + Project.version() + "\n");
    }

    @Test
    void readmeTellsEveryValue() throws IOException {
        ValuesTable values = ValuesTable.of(Project.read(Project.chart().resolve("values.yaml")));
        Path table = Files.writeString(Project.root().resolve("e2e/target/values.md"), values.markdown());
        String readme = Project.read(Project.chart().resolve("README.md"));

        assertThat(values.rows())
                .as("values without a comment")
                .allMatch(row -> !row.comment().isEmpty());
        assertThat(readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END)))
                .as("the chart's README.md has a stale table of values; put %s in its place", table)
                .isEqualTo(values.markdown());
    }

    private static List<String> names(Path folder) {
        return Project.files(folder, ".yml").stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }
}
