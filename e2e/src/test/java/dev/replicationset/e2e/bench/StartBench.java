package dev.replicationset.e2e.bench;

import static dev.replicationset.e2e.bench.Moments.seconds;

import dev.replicationset.api.WellKnownLabels;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.Sets;
import dev.replicationset.e2e.TestCluster;
import dev.replicationset.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** From apply to Ready, beside the same pods without an operator. */
@EndToEnd
class StartBench {
    private static final int RUNS = 5;
    private static final String CLOCKS = "not measured, since it compares times of logs of several machines";

    @Test
    void fromApplyToReady(TestNamespace namespace, OperatorInstall operator, TestCluster cluster) {
        Ground ground = Ground.await(namespace);
        List<Start> alone = new ArrayList<>();
        List<Start> withTwo = new ArrayList<>();
        List<Bare> bareOne = new ArrayList<>();
        List<Bare> bareThree = new ArrayList<>();
        TestNamespace elsewhere = namespace.another("bare");
        new OperatorPods(cluster, operator).replace();
        // In turns, so that what changes on the machine changes for all.
        for (int run = 1; run <= RUNS; run++) {
            alone.add(start(namespace, operator, "alone" + run, 0));
            bareOne.add(bare(elsewhere, alone.getLast().objects()));
            withTwo.add(start(namespace, operator, "three" + run, 2));
            bareThree.add(bare(elsewhere, withTwo.getLast().objects()));
        }
        Figure one = Figure.seconds("primary alone, until Ready", each(alone, Start::ready), """
                a set with no replica, from the moment before it is applied until a watch shows it Ready\
                """);
        Figure bare = Figure.seconds("one mysqld, no operator", each(bareOne, Bare::greeting), """
                copies of the StatefulSet, volume claim, ConfigMap and Secret of the set before, created at once in \
                another namespace, from the moment before until mysqld greets a client on port 3306: same image, my.cnf, \
                initialisation script and storage class\
                """);
        Figure three = Figure.seconds("primary and 2 replicas, until Ready", each(withTwo, Start::ready), """
                the same with `replicas: 2`: both replicate from the primary and serve reads\
                """)
                .aim("under 15 s");
        Figure bareThrice = Figure.seconds("three mysqlds, no operator", each(bareThree, Bare::greeting), """
                three such copies at once, until the last greets: three first starts on these processors\
                """);
        new Chapter(StartBench.class, "From apply to Ready")
                .table(
                        one,
                        bare,
                        Figure.seconds("operator's share of the primary alone", each(alone, Start::share), """
                                        from apply until all objects of the set are made, and from mysqld's "ready for \
                                        connections" until Ready; what lies between is Kubernetes and mysqld\
                                        """)
                                .aim("under 3 s")
                                .only(cluster.ours(), CLOCKS),
                        three,
                        bareThrice,
                        Figure.seconds("operator's share of primary and 2 replicas", each(withTwo, Start::share), """
                                        likewise, from when the last of the three mysqlds was ready for connections\
                                        """)
                                .aim("under 3 s")
                                .only(cluster.ours(), CLOCKS))
                .text("""
                        The medians with and without the operator differ by %s for the primary alone and by %s with two replicas. \
                        The operator's pods are new before the first run.

                        Two peers, each with one primary and two replicas, on a cluster made the same way on a machine of the same \
                        size: mariadb-operator 25.10.4 with MariaDB 11.8.9 took 36.0, 36.6 and 36.2 s from apply to Ready, MOCO \
                        0.30.0 with MySQL 9.7.4 took 92 and 81 s. This project measured them on 22 November 2026; newer releases of \
                        both exist, and MOCO 0.30.0 does not officially support MySQL 9.7.

                        Where the seconds of the primary alone go, each counted from apply:\
                        """.formatted(difference(one, bare), difference(three, bareThrice)))
                .table(Stream.of(
                                moment("all objects made", alone, Start::objectsMade, "as the operator logs it"),
                                moment("first start begins", alone, Start::initializing, """
                                        first line of the init container: the pod is scheduled, its volume is made, its sandbox runs\
                                        """),
                                moment(
                                        "first start begins, no operator",
                                        bareOne,
                                        Bare::initializing,
                                        "of the bare mysqld"),
                                moment("mysqld begins", alone, Start::starting, "first line of the container mysqld"),
                                moment(
                                        "mysqld accepts clients",
                                        alone,
                                        Start::accepting,
                                        "its line \"ready for connections\""),
                                moment("primary opened", alone, Start::opened, "as the operator logs it"))
                        .map(figure -> figure.only(cluster.ours(), CLOCKS))
                        .toList())
                .write(ground);
    }

    /**
     * One start.
     *
     * @param objects copies of what makes its instances, without a trace of the operator
     */
    private record Start(
            double objectsMade,
            double initializing,
            double starting,
            double accepting,
            double opened,
            double ready,
            List<HasMetadata> objects) {
        double share() {
            return objectsMade + ready - accepting;
        }
    }

    private static Start start(TestNamespace namespace, OperatorInstall operator, String name, int replicas) {
        Instant applied = Instant.now();
        namespace.sets().apply(Sets.small(name, replicas));
        Instant ready = Moments.ready(namespace.sets(), name);

        String id = namespace.name() + "/" + name + ": ";
        Logs told = Logs.of(operator, namespace.cluster().client(), applied);
        List<String> pods = IntStream.rangeClosed(1, replicas + 1)
                .mapToObj(number -> name + "-" + number + "-0")
                .toList();
        Start start = new Start(
                seconds(applied, told.first(id + "ApplyObjects")),
                initializing(namespace, pods, applied),
                latest(applied, pods, pod -> Logs.of(namespace, pod, "mysqld").begin()),
                latest(applied, pods, pod -> Logs.of(namespace, pod, "mysqld").first("ready for connections")),
                seconds(applied, told.first(id + "OpenPrimary")),
                seconds(applied, ready),
                copies(namespace.client(), name));
        Cleanup.of(namespace);
        return start;
    }

    private static double initializing(TestNamespace namespace, List<String> pods, Instant applied) {
        return latest(
                applied, pods, pod -> Logs.of(namespace, pod, "initialize").begin());
    }

    private static double latest(Instant from, List<String> pods, Function<String, Instant> moment) {
        return seconds(
                from, pods.stream().map(moment).max(Comparator.naturalOrder()).orElseThrow());
    }

    /** What a pod needs to start, of all instances. */
    private static List<HasMetadata> copies(KubernetesClient client, String set) {
        var sets = client.apps().statefulSets().list().getItems();
        sets.forEach(instance -> instance.setStatus(null));
        var claims = client.persistentVolumeClaims().list().getItems();
        claims.forEach(claim -> {
            claim.getSpec().setVolumeName(null);
            claim.setStatus(null);
        });
        var maps =
                client.configMaps().withLabel(WellKnownLabels.SET, set).list().getItems();
        var secrets = List.of(client.secrets().withName(set + "-accounts").get());
        return Stream.of(claims, maps, secrets, sets)
                .flatMap(Collection::stream)
                .map(StartBench::plain)
                .toList();
    }

    private static HasMetadata plain(HasMetadata object) {
        object.setMetadata(
                new ObjectMetaBuilder().withName(object.getMetadata().getName()).build());
        return object;
    }

    private record Bare(double initializing, double greeting) {}

    private static Bare bare(TestNamespace namespace, List<HasMetadata> objects) {
        Instant applied = Instant.now();
        objects.forEach(object -> namespace.client().resource(object).create());
        List<String> pods = objects.stream()
                .filter(StatefulSet.class::isInstance)
                .map(set -> set.getMetadata().getName() + "-0")
                .toList();
        List<CompletableFuture<Instant>> greetings = pods.stream()
                .map(pod -> CompletableFuture.supplyAsync(() -> Moments.greeting(namespace, pod)))
                .toList();
        Instant last = greetings.stream()
                .map(CompletableFuture::join)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Bare bare = new Bare(initializing(namespace, pods, applied), seconds(applied, last));
        Cleanup.of(namespace);
        return bare;
    }

    private static <T> List<Double> each(List<T> runs, Function<T, Double> figure) {
        return runs.stream().map(figure).toList();
    }

    private static <T> Figure moment(String name, List<T> runs, Function<T, Double> moment, String how) {
        return Figure.seconds(name, each(runs, moment), how);
    }

    private static String difference(Figure whole, Figure part) {
        return Figure.Unit.SECONDS.text(whole.median() - part.median());
    }
}
