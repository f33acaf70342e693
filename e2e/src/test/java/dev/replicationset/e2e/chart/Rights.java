package dev.replicationset.e2e.chart;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectRulesReviewStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a service account may do, as the API server answers to {@code kubectl auth can-i --list --as}. */
final class Rights {
    private final Config config;

    /**
     * @param client may impersonate others
     */
    Rights(KubernetesClient client) {
        this.config = client.getConfiguration();
    }

    /**
     * What the service account may do in a namespace beyond what every service account may. What it may do in the whole
     * cluster shows in every namespace.
     *
     * @return from resource such as {@code statefulsets.apps}, or {@code leases.coordination.k8s.io/name} where the right
     *     is limited to one object, to verbs
     */
    Map<String, Set<String>> of(String account, String accountNamespace, String namespace) {
        Map<String, Set<String>> rights = all(account, accountNamespace, namespace);
        all("nobody-in-particular", accountNamespace, namespace).forEach((resource, verbs) -> {
            Set<String> left = rights.getOrDefault(resource, Set.of());
            left.removeAll(verbs);
            if (left.isEmpty()) {
                rights.remove(resource);
            }
        });
        return rights;
    }

    private Map<String, Set<String>> all(String account, String accountNamespace, String namespace) {
        Config impersonating = new ConfigBuilder(config)
                .withImpersonateUsername("system:serviceaccount:%s:%s".formatted(accountNamespace, account))
                .withImpersonateGroups(
                        "system:serviceaccounts", "system:serviceaccounts:" + accountNamespace, "system:authenticated")
                .build();
        SelfSubjectRulesReview review = new SelfSubjectRulesReviewBuilder()
                .withNewSpec()
                .withNamespace(namespace)
                .endSpec()
                .build();
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(impersonating).build()) {
            SubjectRulesReviewStatus answer = client.authorization()
                    .v1()
                    .selfSubjectRulesReview()
                    .create(review)
                    .getStatus();
            if (Boolean.TRUE.equals(answer.getIncomplete())) {
                throw new AssertionError("the API server does not know all rights: " + answer.getEvaluationError());
            }
            return byResource(answer);
        }
    }

    private static Map<String, Set<String>> byResource(SubjectRulesReviewStatus answer) {
        Map<String, Set<String>> rights = new HashMap<>();
        for (ResourceRule rule : answer.getResourceRules()) {
            names(rule)
                    .forEach(name ->
                            rights.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(rule.getVerbs()));
        }
        return rights;
    }

    private static Stream<String> names(ResourceRule rule) {
        Stream<String> resources = rule.getApiGroups().stream()
                .flatMap(group -> rule.getResources().stream()
                        .map(resource -> group.isEmpty() ? resource : resource + "." + group));
        return rule.getResourceNames().isEmpty()
                ? resources
                : resources.flatMap(resource -> rule.getResourceNames().stream().map(name -> resource + "/" + name));
    }
}
