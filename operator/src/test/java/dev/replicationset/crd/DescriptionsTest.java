package dev.replicationset.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What kubectl explain says. */
class DescriptionsTest {
    private final JSONSchemaProps root = ResourceDefinition.generate().schema();

    @Test
    void areSentences() {
        assertThat(fields(root))
                .extracting(JSONSchemaProps::getDescription)
                .allSatisfy(description -> assertThat(description).matches("\\p{Lu}.*[.]"));
    }

    @Test
    void tellTheDefaultsOfTheSchema() {
        assertThat(fields(root)
                        .filter(field ->
                                field.getDefault() != null && field.getDefault().isValueNode()))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(field.getDescription())
                        .endsWith("Default: " + field.getDefault().asText() + "."));
    }

    private static Stream<JSONSchemaProps> fields(JSONSchemaProps schema) {
        Stream<JSONSchemaProps> own =
                schema.getProperties() == null ? Stream.empty() : schema.getProperties().values().stream();
        return Stream.concat(own, ResourceDefinition.children(schema).flatMap(DescriptionsTest::fields));
    }
}
