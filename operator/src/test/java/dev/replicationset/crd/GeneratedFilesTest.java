package dev.replicationset.crd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratedFilesTest {
    /** Surefire runs in the module's folder. */
    private static final Path ROOT = Path.of("..");

    static Stream<Map.Entry<Path, String>> texts() {
        return GeneratedFiles.texts().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void committedFilesAreThoseThatTheRecordsGenerate(Map.Entry<Path, String> file) throws IOException {
        Path committed = ROOT.resolve(file.getKey());
        assertThat(Files.exists(committed) ? Files.readString(committed) : "")
                .as(
                        "%s differs from what the records in package api generate: run `make generate` and commit it",
                        file.getKey())
                .isEqualTo(file.getValue());
    }
}
