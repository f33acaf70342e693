package dev.replicationset.e2e.crd;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The real API server with the repository's CustomResourceDefinition, and a namespace for the time of a test class. */
final class ApiServer implements BeforeAllCallback, AfterAllCallback {
    private static final Path DEFINITION = Path.of("../crds/mysqlreplicationsets.replicationset.dev-v1.yml");

    private final KubernetesClient client = new KubernetesClientBuilder().build();
    private String namespace = "";

    @Override
    public void beforeAll(ExtensionContext context) {
        Resource<CustomResourceDefinition> definition =
                client.apiextensions().v1().customResourceDefinitions().load(DEFINITION.toFile());
        definition.forceConflicts().serverSideApply();
        namespace = client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName("crd-cases-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
        awaitRules();
    }

    /** The API server takes a moment to judge by a definition that was just applied: waits until it refuses a bad name. */
    private void awaitRules() {
        List<GenericKubernetesResource> badName = List.of(new GenericKubernetesResourceBuilder()
                .withApiVersion("replicationset.dev/v1alpha1")
                .withKind("MySQLReplicationSet")
                .withNewMetadata()
                .withName("bad.name")
                .endMetadata()
                .addToAdditionalProperties("spec", Map.of("storage", Map.of("size", "1Gi")))
                .build());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThatThrownBy(() -> submit(badName)).hasMessageContaining("metadata.name must be"));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client.namespaces().withName(namespace).delete();
        client.close();
    }

    /**
     * Submits the states of one resource one after the other: all but the last are stored, the last is only tried.
     *
     * @throws KubernetesClientException when the API server refuses the last one
     */
    void submit(List<GenericKubernetesResource> states) {
        GenericKubernetesResource tried = states.getLast();
        if (states.size() == 1) {
            resource(tried).dryRun().fieldValidation(Validation.STRICT).create();
            return;
        }
        GenericKubernetesResource stored = store(states.getFirst());
        try {
            tryUpdate(tried);
        } finally {
            resource(stored).delete();
        }
    }

    /** Again with the version of the moment after a conflict: an operator on this cluster writes the status meanwhile. */
    private void tryUpdate(GenericKubernetesResource state) {
        for (int attempt = 1; ; attempt++) {
            state.getMetadata()
                    .setResourceVersion(resource(state).require().getMetadata().getResourceVersion());
            try {
                resource(state).dryRun().fieldValidation(Validation.STRICT).update();
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == 10) {
                    throw e;
                }
            }
        }
    }

    /** Paused, so that an operator that watches this cluster makes nothing of it. */
    GenericKubernetesResource store(GenericKubernetesResource state) {
        Map<String, Object> spec = state.get("spec");
        spec.put("paused", true);
        return resource(state).fieldValidation(Validation.STRICT).create();
    }

    Resource<GenericKubernetesResource> resource(GenericKubernetesResource state) {
        state.getMetadata().setNamespace(namespace);
        return client.resource(state).inNamespace(namespace);
    }
}
