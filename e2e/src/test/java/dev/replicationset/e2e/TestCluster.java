package dev.replicationset.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * The cluster that tests run on: the project's own, which is started when it does not run, or the one that the variable
 * {@value #OWN_CLUSTER} names. There the images must be at hand, pods and Services must be reachable from this machine,
 * and faults of nodes and networks can't be made.
 */
public final class TestCluster implements AutoCloseable {
    /** Names the kubeconfig of a cluster to be used instead of the project's own. */
    public static final String OWN_CLUSTER = "MRS_KUBECONFIG";

    private static final String SCRIPT = "dev/cluster/cluster";
    private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)=(\\S+)");

    private final Shell shell;
    private final KubernetesClient client;
    private final boolean ours;

    private TestCluster(Shell shell, KubernetesClient client, boolean ours) {
        this.shell = shell;
        this.client = client;
        this.ours = ours;
    }

    /** Starts the cluster when it does not run, which takes seconds, or minutes when it has to be built first. */
    public static TestCluster connect() {
        Shell plain = new Shell(Map.of());
        String foreign = System.getenv(OWN_CLUSTER);
        boolean ours = foreign == null || foreign.isEmpty();
        if (ours) {
            plain.show(Duration.ofMinutes(40), SCRIPT, "up");
        }
        Map<String, String> environment = exports(plain.run(SCRIPT, "env"));
        Config config =
                Config.fromKubeconfig(Path.of(value(environment, "KUBECONFIG")).toFile());
        // Probes of a cluster with faults: say so soon instead of trying for long.
        Config patient = new ConfigBuilder(config)
                .withRequestTimeout(20_000)
                .withRequestRetryBackoffLimit(3)
                .build();
        return new TestCluster(
                new Shell(environment),
                new KubernetesClientBuilder().withConfig(patient).build(),
                ours);
    }

    /** What {@code export A=b C=d} lines say; PATH keeps what this JVM has. */
    static Map<String, String> exports(String lines) {
        Map<String, String> found = new HashMap<>();
        Matcher assignment = ASSIGNMENT.matcher(lines);
        while (assignment.find()) {
            String path = System.getenv("PATH");
            found.put(assignment.group(1), assignment.group(2).replace("$PATH", path == null ? "" : path));
        }
        return found;
    }

    private static String value(Map<String, String> environment, String name) {
        @Nullable String value = environment.get(name);
        if (value == null) {
            throw new IllegalStateException(SCRIPT + " env does not say " + name);
        }
        return value;
    }

    /** Whether it is the project's own, made for tests: only there faults can be made and nodes be looked into. */
    public boolean ours() {
        return ours;
    }

    /** With all rights. */
    public KubernetesClient client() {
        return client;
    }

    /** Finds kubectl, helm and helm3, which talk to this cluster. */
    public Shell shell() {
        return shell;
    }

    public Helm helm() {
        return helm(Helm.Program.HELM);
    }

    /** @throws TestAbortedException beside a foreign cluster, when that Helm isn't there */
    public Helm helm(Helm.Program program) {
        if (!ours
                && program != Helm.Program.HELM
                && shell.attempt(program.command(), "version").exit() != 0) {
            throw new TestAbortedException("there is no " + program.command());
        }
        return new Helm(shell, program, client.getKubernetesSerialization(), Project.chart());
    }

    /** @throws TestAbortedException on a foreign cluster, whose nodes are not ours to break */
    public Faults faults() {
        if (!ours) {
            throw new TestAbortedException("faults need the project's own cluster: unset " + OWN_CLUSTER);
        }
        return new Faults(shell, SCRIPT);
    }

    /** Copies an image to the nodes; a foreign cluster gets it from its registry. */
    public void load(Path archive) {
        if (ours) {
            shell.run(SCRIPT, "load", archive.toString());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
