package dev.replicationset.e2e;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The operator as most tests want it: installed by Helm once per run, in all namespaces, with the chart's defaults. */
public final class OperatorInstall implements AutoCloseable {
    public static final String NAMESPACE = "mysql-replicationset-system";
    public static final String RELEASE = "mysql-replicationset-operator";
    public static final String DEFINITION = "mysqlreplicationsets.replicationset.dev";

    private static final String LEASE = "mysql-replicationset-operator";
    private static final Helm.Release DEFAULT = new Helm.Release(RELEASE, NAMESPACE);

    private final TestCluster cluster;
    private boolean started;
    private boolean clean;
    private boolean installed;
    // Helm takes over no definition that it did not make.
    private boolean definedWithoutHelm;

    OperatorInstall(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** Installs the operator unless this run has done so already. A run starts from nothing. */
    public void ensure() {
        if (!installed) {
            clean = clean && !definedWithoutHelm;
            clean();
            definedWithoutHelm = false;
            cluster.load(Project.imageArchive());
            cluster.helm().install(DEFAULT);
            installed = true;
        }
    }

    /** Makes sure that the resource's definition is there, with or without an operator. */
    public void ensureDefinition() {
        if (!installed && !definedWithoutHelm) {
            clean();
            definedWithoutHelm = true;
            for (var file : Project.files(Project.crds(), ".yml")) {
                cluster.shell().run("kubectl", "apply", "--server-side", "--force-conflicts", "-f", file.toString());
            }
            // One that was just made has no conditions yet, which wait takes for an error.
            Awaitility.await("the definition is established")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> cluster.shell()
                                    .attempt("kubectl", "wait", "--for=condition=Established", "crd/" + DEFINITION)
                                    .exit()
                            == 0);
        }
    }

    /**
     * Takes the operator and the definition away, with every set there is, for tests that install by themselves. The
     * next class that needs the operator gets it anew.
     */
    public void remove() {
        clean = false;
        installed = false;
        definedWithoutHelm = false;
        clean();
    }

    /** The operator's pods, the leader among them. */
    public List<Pod> pods() {
        return cluster.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/instance", RELEASE)
                .list()
                .getItems();
    }

    /** What a Prometheus would read of an operator's pod. */
    public static String metrics(Pod pod) {
        URI address =
                URI.create("http://%s:8080/metrics".formatted(pod.getStatus().getPodIP()));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
                throw new AssertionError("%s answers %d".formatted(address, answer.statusCode()));
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading metrics", e);
        }
    }

    /** The pod that leads, as the Lease says. */
    public String leader() {
        return Optional.ofNullable(cluster.client()
                        .leases()
                        .inNamespace(NAMESPACE)
                        .withName(LEASE)
                        .get())
                .map(lease -> lease.getSpec().getHolderIdentity())
                .filter(holder -> !holder.isEmpty())
                .orElseThrow(() -> new AssertionError("nobody leads"));
    }

    private void clean() {
        if (clean) {
            return;
        }
        Helm helm = cluster.helm();
        if (!started && !cluster.ours()) {
            refuseToDelete(helm);
        }
        started = true;
        helm.releases().forEach(helm::uninstall);
        TestNamespace.deleteLeftovers(cluster);
        // Kept on purpose when a release goes; deleting it deletes all sets.
        cluster.shell().run("kubectl", "delete", "crd", DEFINITION, "--ignore-not-found", "--timeout", "60s");
        namespace(cluster.client());
        clean = true;
    }

    // A run starts from nothing; somebody's own cluster may hold somebody's data.
    private void refuseToDelete(Helm helm) {
        boolean defined = cluster.client()
                        .apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(DEFINITION)
                        .get()
                != null;
        if (defined || !helm.releases().isEmpty()) {
            throw new IllegalStateException("the tests delete the operator and every set, and the cluster of "
                    + TestCluster.OWN_CLUSTER + " has some: uninstall the chart and delete crd/" + DEFINITION
                    + " yourself, or use an empty cluster");
        }
    }

    /** Leaves somebody's own cluster as it was; the project's own is left as it is, to be looked at. */
    @Override
    public void close() {
        if (started && !cluster.ours()) {
            remove();
        }
    }

    private static void namespace(KubernetesClient client) {
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .serverSideApply();
    }
}
