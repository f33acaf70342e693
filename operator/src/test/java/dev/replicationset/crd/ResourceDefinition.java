package dev.replicationset.crd;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import dev.replicationset.api.MySQLReplicationSet;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The CustomResourceDefinition: what fabric8 makes of the records, and what their annotations can't say. */
final class ResourceDefinition {
    private static final String HEADER = """
            # Generated from the records in operator/src/main/java/dev/replicationset/api by `make generate`: don't edit.
            """;

    private static final List<String> COLUMNS =
            List.of("Primary", "Ready", "FailoverReady", "Status", "Version", "Epoch", "Age");

    private final CustomResourceDefinition crd;

    private ResourceDefinition(CustomResourceDefinition crd) {
        this.crd = crd;
    }

    /** Makes the definition anew from the records. */
    static ResourceDefinition generate() {
        var output = new ByteArrayOutputStream();
        new CRDGenerator()
                .customResourceClasses(MySQLReplicationSet.class)
                .forCRDVersions("v1")
                .withOutput(new SingleOutput(output))
                .generate();
        var definition = new ResourceDefinition(
                new KubernetesSerialization().unmarshal(output.toString(UTF_8), CustomResourceDefinition.class));
        definition.complete();
        return definition;
    }

    /** The text of the committed file. */
    String yaml() {
        var yaml = new ObjectMapper(YAMLFactory.builder()
                .enable(Feature.MINIMIZE_QUOTES)
                .enable(Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .disable(Feature.SPLIT_LINES)
                .disable(Feature.WRITE_DOC_START_MARKER)
                .build());
        try {
            return HEADER + yaml.writeValueAsString(crd);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The schema of the only version. */
    JSONSchemaProps schema() {
        return version().getSchema().getOpenAPIV3Schema();
    }

    private CustomResourceDefinitionVersion version() {
        return crd.getSpec().getVersions().getFirst();
    }

    private void complete() {
        version()
                .getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(column -> COLUMNS.indexOf(column.getName())));
        schema().setDescription("One MySQL primary and its read replicas.");
        completeSpec(property(schema(), "spec"));
        completeStatus(property(schema(), "status"));
        new FieldDescriptions().fill(schema());
        withoutTwins(schema());
    }

    private static void completeSpec(JSONSchemaProps spec) {
        property(spec, "imagePullPolicy").setEnum(texts("Always", "IfNotPresent", "Never"));
        JSONSchemaProps secrets = property(spec, "imagePullSecrets");
        secrets.setMaxItems(16L);
        secrets.getItems().getSchema().setRequired(List.of("name"));
        JSONSchemaProps setting = values(property(spec, "mysqld"));
        setting.setMaxLength(1024L);

        JSONSchemaProps pod = property(spec, "pod");
        values(property(pod, "labels")).setMaxLength(63L);
        values(property(pod, "nodeSelector")).setMaxLength(63L);
        JSONSchemaProps resources = property(pod, "resources");
        // Claims need pods that name them, which spec.pod has no place for.
        resources.getProperties().remove("claims");
        for (String kind : List.of("limits", "requests")) {
            JSONSchemaProps amounts = property(resources, kind);
            amounts.setMaxProperties(8L);
            values(amounts)
                    .setXKubernetesValidations(List.of(rule(
                            "isQuantity(string(self))",
                            "spec.pod.resources." + kind
                                    + " has an amount that is not a quantity; write a number and a unit, such"
                                    + " as 500m or 4Gi")));
        }
    }

    /** Lists of entries with a name of their own, so that server-side apply merges them entry by entry. */
    private static void completeStatus(JSONSchemaProps status) {
        JSONSchemaProps conditions = property(status, "conditions");
        conditions.setXKubernetesListType("map");
        conditions.setXKubernetesListMapKeys(List.of("type"));
        conditions.getItems().getSchema().setRequired(List.of("type", "status"));
        JSONSchemaProps instances = property(status, "instances");
        instances.setXKubernetesListType("map");
        instances.setXKubernetesListMapKeys(List.of("name"));
    }

    /** The generator meets a record's annotations twice, on the field and on its accessor. */
    private static void withoutTwins(JSONSchemaProps schema) {
        List<ValidationRule> rules = schema.getXKubernetesValidations();
        if (rules != null) {
            schema.setXKubernetesValidations(rules.stream().distinct().toList());
        }
        children(schema).forEach(ResourceDefinition::withoutTwins);
    }

    /** The schemas directly below. */
    static Stream<JSONSchemaProps> children(JSONSchemaProps schema) {
        Stream<JSONSchemaProps> properties =
                schema.getProperties() == null ? Stream.empty() : schema.getProperties().values().stream();
        return Stream.concat(properties, Stream.concat(items(schema).stream(), valuesOf(schema).stream()));
    }

    /** The schema of a list's entries. */
    static Optional<JSONSchemaProps> items(JSONSchemaProps schema) {
        return Optional.ofNullable(schema.getItems()).map(items -> items.getSchema());
    }

    /** The schema of a map's values. */
    static Optional<JSONSchemaProps> valuesOf(JSONSchemaProps schema) {
        return Optional.ofNullable(schema.getAdditionalProperties()).map(values -> values.getSchema());
    }

    private static JSONSchemaProps values(JSONSchemaProps schema) {
        return valuesOf(schema).orElseThrow();
    }

    /** The schema of a field that is known to exist. */
    static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    private static ValidationRule rule(String rule, String message) {
        var result = new ValidationRule();
        result.setRule(rule);
        result.setMessage(message);
        return result;
    }

    private static List<JsonNode> texts(String... values) {
        return Stream.of(values).<JsonNode>map(TextNode::valueOf).toList();
    }

    /** Keeps the only file that the generator writes. */
    private record SingleOutput(ByteArrayOutputStream stream) implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        @Override
        public ByteArrayOutputStream outputFor(String name) {
            return stream;
        }

        @Override
        public void close() {}
    }
}
