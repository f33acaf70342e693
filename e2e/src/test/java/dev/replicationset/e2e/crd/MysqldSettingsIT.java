package dev.replicationset.e2e.crd;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Names in spec.mysqld, in the spellings that mysqld accepts in my.cnf. */
class MysqldSettingsIT {
    @RegisterExtension
    static final ApiServer API = new ApiServer();

    @ParameterizedTest
    @CsvFileSource(resources = "/crd/mysqld-refused.csv", delimiter = '|', useHeadersInDisplayName = true)
    void refuses(String setting, String message) {
        assertThatThrownBy(() -> API.submit(List.of(set(setting))))
                .hasMessageContaining("spec.mysqld: " + message.replace("{}", setting));
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/crd/mysqld-accepted.csv", delimiter = '|', useHeadersInDisplayName = true)
    void accepts(String setting) {
        API.submit(List.of(set(setting)));
    }

    private static GenericKubernetesResource set(String setting) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion("replicationset.dev/v1alpha1")
                .withKind("MySQLReplicationSet")
                .withNewMetadata()
                .withName("orders")
                .endMetadata()
                .addToAdditionalProperties(
                        "spec", Map.of("storage", Map.of("size", "1Gi"), "mysqld", Map.of(setting, "1")))
                .build();
    }
}
