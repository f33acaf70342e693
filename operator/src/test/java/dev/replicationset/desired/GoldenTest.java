package dev.replicationset.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.topology.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Run with {@code -Dgolden.update=true} to write what is made now in place of what is expected, and look at the diff. */
class GoldenTest {
    static List<Golden> cases() throws IOException {
        return Golden.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void objectsAreAsExpected(Golden golden) throws IOException {
        SortedMap<String, String> rendered = golden.rendered();
        if (Boolean.getBoolean("golden.update")) {
            update(golden, rendered);
        }
        assertThat(rendered).isEqualTo(golden.expected());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void twoCallsAgree(Golden golden) throws IOException {
        assertThat(golden.objects()).isEqualTo(golden.objects());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyObjectWearsTheSetsLabelsAndADigest(Golden golden) throws IOException {
        for (Map.Entry<ObjectRef, HasMetadata> entry : golden.objects().entrySet()) {
            assertThat(entry.getValue().getMetadata().getLabels())
                    .as(entry.getKey().toString())
                    .containsEntry("app.kubernetes.io/name", "mysql")
                    .containsEntry("app.kubernetes.io/instance", "orders")
                    .containsEntry("app.kubernetes.io/managed-by", "mysql-replicationset-operator")
                    .containsEntry("replicationset.dev/set", "orders");
            assertThat(entry.getValue().getMetadata().getAnnotations())
                    .as(entry.getKey().toString())
                    .containsKey("replicationset.dev/applied");
        }
    }

    private static void update(Golden golden, SortedMap<String, String> rendered) throws IOException {
        Files.createDirectories(golden.out());
        for (String obsolete : golden.expected().keySet()) {
            if (!rendered.containsKey(obsolete)) {
                Files.delete(golden.out().resolve(obsolete));
            }
        }
        for (Map.Entry<String, String> file : rendered.entrySet()) {
            Files.writeString(golden.out().resolve(file.getKey()), file.getValue());
        }
    }
}
