package dev.replicationset.crd;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The page docs/reference.md: a row for every field of the resource, and all that the API server refuses. */
final class ReferencePage {
    /** Kubernetes' own structures: told in one row each, since Kubernetes' documentation tells the rest. */
    private static final Set<String> KUBERNETES_OWN = Set.of(
            "spec.pod.affinity",
            "spec.pod.tolerations",
            "spec.pod.topologySpreadConstraints",
            "spec.imagePullSecrets",
            "status.conditions");

    private static final String HEAD = """
            <!-- Generated from the records in operator/src/main/java/dev/replicationset/api by `make generate`: don't edit. -->
            # MySQLReplicationSet: all fields

            `kubectl explain mrs.spec` tells the same at the command line, for the version that is installed.

            """;

    private static final String REFUSED = """

            ## What the API server refuses

            Beside a wrong type, a missing field marked required and a value that is not among those listed:

            """;

    /** The end of a description, which has a column of its own here. */
    private static final Pattern DEFAULT_TOLD = Pattern.compile(" Default: (.*)[.]$");

    private final List<String> refusals = new ArrayList<>();
    private final StringBuilder rows = new StringBuilder();

    private ReferencePage() {}

    static String of(JSONSchemaProps root) {
        var page = new ReferencePage();
        page.collectRefusals(root);
        var text = new StringBuilder(HEAD);
        for (String part : List.of("spec", "status")) {
            JSONSchemaProps schema = ResourceDefinition.property(root, part);
            page.rows.setLength(0);
            page.rows(part, schema);
            text.append("## ")
                    .append(part)
                    .append("\n\n")
                    .append(schema.getDescription())
                    .append("\n\n");
            text.append("| field | type | default | meaning |\n| --- | --- | --- | --- |\n")
                    .append(page.rows);
            text.append('\n');
        }
        text.setLength(text.length() - 1);
        text.append(REFUSED);
        page.refusals.forEach(message -> text.append("- ").append(message).append('\n'));
        return text.toString();
    }

    private void rows(String path, JSONSchemaProps schema) {
        if (schema.getProperties() == null) {
            return;
        }
        schema.getProperties().forEach((name, field) -> {
            String below = path + "." + name;
            boolean required =
                    schema.getRequired() != null && schema.getRequired().contains(name);
            rows.append("| `%s` | %s | %s | %s |%n"
                    .formatted(below, type(field), standard(field, required), meaning(field))
                    .replace("\r", ""));
            if (!KUBERNETES_OWN.contains(below)) {
                ResourceDefinition.items(field)
                        .ifPresentOrElse(items -> rows(below + "[]", items), () -> rows(below, field));
            }
        });
    }

    private static String type(JSONSchemaProps field) {
        if (field.getEnum() != null && !field.getEnum().isEmpty()) {
            return field.getEnum().stream()
                    .map(value -> "`" + value.asText() + "`")
                    .collect(Collectors.joining(", "));
        }
        if (Boolean.TRUE.equals(field.getXKubernetesIntOrString())) {
            return "quantity";
        }
        return ResourceDefinition.items(field)
                .map(items -> "list of " + plural(type(items)))
                .or(() -> ResourceDefinition.valuesOf(field).map(values -> "map of " + plural(type(values))))
                .orElse(field.getType());
    }

    private static String plural(String type) {
        return type.endsWith("y") ? type.substring(0, type.length() - 1) + "ies" : type + "s";
    }

    private static String standard(JSONSchemaProps field, boolean required) {
        Matcher told = DEFAULT_TOLD.matcher(field.getDescription());
        return required ? "required" : told.find() ? told.group(1) : "";
    }

    private static String meaning(JSONSchemaProps field) {
        return DEFAULT_TOLD
                .matcher(field.getDescription())
                .replaceFirst("")
                .replace("|", "\\|")
                .replace("<", "&lt;");
    }

    private void collectRefusals(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            schema.getXKubernetesValidations().stream()
                    .map(ValidationRule::getMessage)
                    .map(message ->
                            message.replace("*", "\\*").replace("<", "&lt;").replace("_", "\\_"))
                    .forEach(refusals::add);
        }
        ResourceDefinition.children(schema).forEach(this::collectRefusals);
    }
}
