package dev.replicationset.crd;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Descriptions of the fields that are Kubernetes' own, whose classes have none. */
final class FieldDescriptions {
    private final Properties byPath = new Properties();

    FieldDescriptions() {
        try (InputStream in =
                Objects.requireNonNull(FieldDescriptions.class.getResourceAsStream("kubernetes-fields.properties"))) {
            byPath.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Describes every field below {@code root} that has no description.
     *
     * @throws IllegalStateException when a field stays without
     */
    void fill(JSONSchemaProps root) {
        fill(root, "");
    }

    private void fill(JSONSchemaProps schema, String path) {
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> {
                String below = path + "." + name;
                if (property.getDescription() == null) {
                    property.setDescription(lookUp(below));
                }
                fill(property, below);
            });
        }
        ResourceDefinition.items(schema).ifPresent(items -> fill(items, path));
        ResourceDefinition.valuesOf(schema).ifPresent(values -> fill(values, path));
    }

    private String lookUp(String path) {
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            String description = byPath.getProperty(path.substring(dot + 1));
            if (description != null) {
                return description;
            }
        }
        throw new IllegalStateException("no description of " + path.substring(1));
    }
}
