package dev.replicationset.e2e;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A test's own namespace, and what a test does in it. */
public final class TestNamespace {
    private static final Map<String, String> OURS = Map.of("replicationset.dev/test", "true");

    private final TestCluster cluster;
    private final String name;
    private final NamespacedKubernetesClient client;
    private final List<TestNamespace> others = new ArrayList<>();

    private TestNamespace(TestCluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
        this.client = cluster.client().adapt(NamespacedKubernetesClient.class).inNamespace(name);
    }

    /** Makes a namespace whose name begins with {@code prefix}; the pods in it must keep the restricted standard. */
    public static TestNamespace create(TestCluster cluster, String prefix) {
        String start = prefix.substring(0, Math.min(prefix.length(), 40));
        String name = "%s-%05x"
                .formatted(start, ThreadLocalRandom.current().nextInt(1 << 20))
                .toLowerCase(Locale.ROOT);
        cluster.client()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(OURS)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        return new TestNamespace(cluster, name);
    }

    public String name() {
        return name;
    }

    public TestCluster cluster() {
        return cluster;
    }

    /** A client whose default namespace is this one. */
    public KubernetesClient client() {
        return client;
    }

    /** {@code kubectl} in this namespace; must succeed. */
    public String kubectl(String... arguments) {
        return cluster.shell().run(here(arguments));
    }

    /** {@code kubectl} in this namespace; may fail. */
    public Shell.Output tryKubectl(String... arguments) {
        return cluster.shell().attempt(here(arguments));
    }

    private String[] here(String... arguments) {
        String[] line = new String[arguments.length + 3];
        line[0] = "kubectl";
        line[1] = "-n";
        line[2] = name;
        System.arraycopy(arguments, 0, line, 3, arguments.length);
        return line;
    }

    /** What was told as events here, each as {@code Reason: message}. */
    public List<String> events() {
        return client.v1().events().list().getItems().stream()
                .map(event -> event.getReason() + ": " + event.getMessage())
                .toList();
    }

    /** Runs SQL as root, through the socket: the operator's account can't touch clients' tables. Returns what it prints. */
    public String asRoot(String instance, String... statements) {
        String set = instance.substring(0, instance.lastIndexOf('-'));
        String password = mysql().secret(set + "-root", "password");
        return kubectl(
                "exec",
                instance + "-0",
                "-c",
                "mysqld",
                "--",
                "mysql",
                "-uroot",
                "-p" + password,
                "-N",
                "-e",
                String.join("; ", statements));
    }

    public Sets sets() {
        return new Sets(client);
    }

    public MysqlClient mysql() {
        return new MysqlClient(client);
    }

    /** Starts {@code threads} clients that write to the primary of a set made with a bootstrap database. */
    public Writers writers(String set, int threads) {
        return Writers.start(mysql(), set, threads);
    }

    /** The pod of an instance, as {@link Faults} names it. */
    public String pod(String instance) {
        return name + "/" + instance + "-0";
    }

    /** Makes one more namespace, which is deleted together with this one. */
    public TestNamespace another(String prefix) {
        TestNamespace other = create(cluster, prefix);
        others.add(other);
        return other;
    }

    /** Begins the deletion; the next test need not wait for it. */
    public void delete() {
        others.forEach(TestNamespace::delete);
        client.namespaces()
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
    }

    /** Deletes the namespaces that an earlier run left, and waits until they are gone. */
    static void deleteLeftovers(TestCluster cluster) {
        List<Namespace> left =
                cluster.client().namespaces().withLabels(OURS).list().getItems();
        left.forEach(n -> cluster.client().resource(n).delete());
        left.forEach(n -> cluster.client()
                .resource(n)
                .waitUntilCondition(gone -> gone == null, Duration.ofMinutes(2).toMillis(), TimeUnit.MILLISECONDS));
    }
}
