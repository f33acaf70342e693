package dev.replicationset.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.Helm;
import dev.replicationset.e2e.Helm.Release;
import dev.replicationset.e2e.Project;
import dev.replicationset.e2e.Shell;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the chart makes of its values, with each Helm. */
@EndToEnd(operator = false)
@ParameterizedClass
@EnumSource
class ChartRenderIT {
    private final Helm helm;

    ChartRenderIT(Helm.Program program, TestCluster cluster) {
        this.helm = cluster.helm(program);
    }

    @Test
    void passesLint() {
        Shell.Output lint = helm.lint();
        assertThat(lint.exit()).as(lint.all()).isZero();
    }

    @Test
    void makesTheseObjects() {
        assertThat(render().map(o -> o.getKind() + " " + o.getMetadata().getName()))
                .containsExactlyInAnyOrder(
                        "CustomResourceDefinition mysqlreplicationsets.replicationset.dev",
                        "ServiceAccount mysql-replicationset-operator",
                        "ClusterRole shop-mysql-replicationset-operator",
                        "ClusterRoleBinding shop-mysql-replicationset-operator",
                        "ClusterRole shop-mysql-replicationset-operator-view",
                        "ClusterRole shop-mysql-replicationset-operator-edit",
                        "Role mysql-replicationset-operator-leader",
                        "RoleBinding mysql-replicationset-operator-leader",
                        "Deployment mysql-replicationset-operator",
                        "PodDisruptionBudget mysql-replicationset-operator",
                        "Service mysql-replicationset-operator-metrics");
    }

    @Test
    void carriesTheDefinitionUnchangedAndKeepsIt(TestCluster cluster) {
        CustomResourceDefinition rendered = only(CustomResourceDefinition.class);
        Path file = Project.files(Project.crds(), ".yml").getFirst();
        CustomResourceDefinition generated = cluster.client()
                .getKubernetesSerialization()
                .unmarshal(Project.read(file), CustomResourceDefinition.class);

        assertThat(rendered.getSpec()).isEqualTo(generated.getSpec());
        assertThat(rendered.getMetadata().getAnnotations()).containsEntry("helm.sh/resource-policy", "keep");
    }

    @Test
    void leavesTheDefinitionToOthers() {
        assertThat(render("crds.install=false")).noneMatch(CustomResourceDefinition.class::isInstance);
    }

    @Test
    void takesTheImageOfTheProjectsVersion() {
        assertThat(container().getImage()).isEqualTo(Project.image());
        assertThat(container("image.repository=registry.example/team/operator", "image.tag=1.2")
                        .getImage())
                .isEqualTo("registry.example/team/operator:1.2");
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        assertThat(container("image.tag=1.2", "image.digest=" + digest).getImage())
                .isEqualTo("mysql-replicationset-operator@" + digest);
    }

    @Test
    void runsTwoPodsOnDifferentNodesIfItCan() {
        Deployment deployment = only(Deployment.class);
        assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
        assertThat(deployment
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable()
                        .getIntVal())
                .isZero();
        assertThat(only(PodDisruptionBudget.class).getSpec().getMaxUnavailable().getIntVal())
                .isEqualTo(1);

        var term = deployment
                .getSpec()
                .getTemplate()
                .getSpec()
                .getAffinity()
                .getPodAntiAffinity()
                .getPreferredDuringSchedulingIgnoredDuringExecution()
                .getFirst()
                .getPodAffinityTerm();
        assertThat(term.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
        assertThat(term.getLabelSelector()).isEqualTo(deployment.getSpec().getSelector());
    }

    @Test
    void tellsTheOperatorItsSettings() {
        assertThat(environment())
                .containsEntry("WATCH_NAMESPACES", "")
                .containsEntry("LEADER_ELECTION", "true")
                .containsEntry("HTTP_PORT", "8080")
                .containsEntry("LOG_LEVEL", "INFO")
                .containsEntry("POD_NAME", "metadata.name")
                .containsEntry("POD_NAMESPACE", "metadata.namespace");
        assertThat(environment("logLevel=DEBUG", "extraEnv[0].name=JAVA_TOOL_OPTIONS", "extraEnv[0].value=-Xmx64m"))
                .containsEntry("LOG_LEVEL", "DEBUG")
                .containsEntry("JAVA_TOOL_OPTIONS", "-Xmx64m");
    }

    @ParameterizedTest
    @CsvSource({
        "watch.own=true, logLevel=INFO, shop",
        "watch.own=false, 'watch.namespaces={a,b}', 'a,b'",
        "watch.own=true, 'watch.namespaces={a,shop}', 'shop,a'",
    })
    void givesARoleInEachNamespaceAndNoneInTheCluster(String own, String namespaces, String watched) {
        assertThat(environment(own, namespaces)).containsEntry("WATCH_NAMESPACES", watched);
        List<HasMetadata> objects = render(own, namespaces).toList();
        assertThat(objects).noneMatch(ClusterRole.class::isInstance);
        assertThat(objects.stream()
                        .filter(Role.class::isInstance)
                        .filter(role -> !role.getMetadata().getName().endsWith("-leader"))
                        .map(role -> role.getMetadata().getNamespace()))
                .containsExactlyInAnyOrder(watched.split(","));
    }

    @Test
    void keepsTheRestrictedStandard(TestNamespace namespace) {
        PodTemplateSpec template = only(Deployment.class).getSpec().getTemplate();
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName("operator")
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
        pod.getSpec().setServiceAccountName("default");

        // The namespace enforces it, so the API server refuses a pod that breaks it.
        assertThat(namespace.client().pods().resource(pod).dryRun(true).create())
                .isNotNull();
        assertThat(container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(template.getSpec().getSecurityContext().getRunAsUser()).isEqualTo(65532);
    }

    @Test
    void isAcceptedWithEveryValueSet(TestNamespace namespace) {
        List<HasMetadata> objects = helm.render(new Release(
                "all",
                namespace.name(),
                "crds.install=false",
                "watch.own=true",
                "imagePullSecrets[0].name=registry",
                "serviceAccount.annotations.team=a",
                "metrics.serviceMonitor.enabled=true",
                "metrics.serviceMonitor.labels.prometheus=main",
                "priorityClassName=system-cluster-critical",
                "nodeSelector.disk=fast",
                "tolerations[0].key=dedicated",
                "tolerations[0].operator=Exists",
                "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution=null",
                "topologySpreadConstraints[0].maxSkew=1",
                "topologySpreadConstraints[0].topologyKey=topology.kubernetes.io/zone",
                "topologySpreadConstraints[0].whenUnsatisfiable=ScheduleAnyway",
                "podDisruptionBudget.maxUnavailable=50%",
                "podLabels.team=a",
                "podLabels.app\\.kubernetes\\.io/name=mine",
                "podAnnotations.team=a",
                "fullnameOverride=mrs"));

        GenericKubernetesResource monitor = objects.stream()
                .filter(GenericKubernetesResource.class::isInstance)
                .map(GenericKubernetesResource.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(monitor.getKind()).isEqualTo("ServiceMonitor");
        assertThat(monitor.getMetadata().getLabels()).containsEntry("prometheus", "main");
        objects.stream()
                .filter(object -> !object.equals(monitor))
                .forEach(object ->
                        namespace.client().resource(object).dryRun(true).create());
        Deployment deployment = objects.stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                .as("the selector's labels can't be overridden")
                .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels())
                .containsEntry("team", "a");
    }

    @Test
    void metricsServiceLeadsToTheOperatorsPort() {
        Service service = only(Service.class);
        assertThat(service.getSpec().getSelector())
                .isEqualTo(only(Deployment.class).getSpec().getSelector().getMatchLabels());
        assertThat(container().getPorts().getFirst().getName())
                .isEqualTo(
                        service.getSpec().getPorts().getFirst().getTargetPort().getStrVal());
        assertThat(render("metrics.service=false")).noneMatch(Service.class::isInstance);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            watched=all                                    | additional properties 'watched' not allowed
            watch.namespace=a                              | at '/watch': additional properties 'namespace' not allowed
            watch.namespaces={Shop}                        | at '/watch/namespaces/0': 'Shop' does not match pattern
            'watch.namespaces={a,a}'                       | at '/watch/namespaces': items at 0 and 1 are equal
            watch.own=maybe                                | at '/watch/own': got string, want boolean
            replicas=-1                                    | at '/replicas': minimum: got -1, want 0
            replicas=two                                   | at '/replicas': got string, want integer
            logLevel=LOUD                                  | at '/logLevel': value must be one of 'TRACE', 'DEBUG'
            image.pullPolicy=Sometimes                     | at '/image/pullPolicy': value must be one of 'Always'
            image.digest=latest                            | at '/image/digest': 'latest' does not match pattern
            podDisruptionBudget.maxUnavailable=many        | at '/podDisruptionBudget/maxUnavailable'
            resources.limit.memory=1Gi                     | at '/resources': additional properties 'limit' not allowed
            'extraEnv[0].name=LOG_LEVEL'                   | use the value "logLevel" instead
            'extraEnv[0].name=HTTP_PORT'                   | HTTP_PORT is set by the chart itself
            'metrics.service=false,metrics.serviceMonitor.enabled=true' | metrics.serviceMonitor.enabled needs metrics.service: true
            """)
    void refuses(String value, String message) {
        assertThat(helm.refusal(new Release("r", "shop", value))).contains(message);
    }

    private Stream<HasMetadata> render(String... values) {
        return helm.render(new Release("mysql-replicationset-operator", "shop", values)).stream();
    }

    private <T extends HasMetadata> T only(Class<T> kind, String... values) {
        return render(values)
                .filter(kind::isInstance)
                .map(kind::cast)
                .collect(Collectors.collectingAndThen(Collectors.toList(), List::getFirst));
    }

    private Container container(String... values) {
        return only(Deployment.class, values)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    private Map<String, String> environment(String... values) {
        return container(values).getEnv().stream().collect(Collectors.toMap(EnvVar::getName, ChartRenderIT::value));
    }

    private static String value(EnvVar variable) {
        if (variable.getValueFrom() != null) {
            return variable.getValueFrom().getFieldRef().getFieldPath();
        }
        return variable.getValue() == null ? "" : variable.getValue();
    }
}
