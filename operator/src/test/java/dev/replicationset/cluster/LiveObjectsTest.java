package dev.replicationset.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.ObjectRef;
import dev.replicationset.topology.PodView;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.PodView.Trouble;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.VolumeView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveObjectsTest {
    private static final MySQLReplicationSet RESOURCE = Serialization.unmarshal("""
            apiVersion: replicationset.dev/v1alpha1
            kind: MySQLReplicationSet
            metadata: {name: orders, namespace: shop, uid: u}
            spec: {storage: {size: 1Gi}}
            status:
              instances: [{name: orders-2, number: 2, role: Replica}, {name: orders-11, number: 11, role: Primary}]
            """, MySQLReplicationSet.class);

    private static final String STATEFUL_SET = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: orders-2, generation: 3, labels: {replicationset.dev/set: orders}}
            status: {observedGeneration: 3, updateRevision: orders-2-new}
            """;

    private static final String VOLUME = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
              name: orders-5
              uid: v5
              labels: {replicationset.dev/set: orders}
              annotations:
                replicationset.dev/role: Replica
                replicationset.dev/epoch: "4"
                replicationset.dev/last-number: "12"
                replicationset.dev/retired: "true"
            status: {phase: Bound}
            """;

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: orders-2-0
              uid: p2
              labels:
                replicationset.dev/set: orders
                replicationset.dev/role: replica
                replicationset.dev/serves-reads: "true"
                controller-revision-hash: orders-2-old
            spec: {nodeName: worker-1, containers: [{name: mysqld}]}
            status:
              podIP: 10.244.1.7
              conditions: [{type: Initialized, status: "True"}, {type: Ready, status: "True"}]
              containerStatuses: [{name: mysqld, restartCount: 2, state: {running: {}}}]
            """;

    @Test
    void membersAndLeftoversComeInTheOrderOfTheirNumbers() {
        assertThat(instances(VOLUME, STATEFUL_SET)).containsOnlyKeys("orders-2", "orders-5", "orders-11");
        assertThat(instances(VOLUME, STATEFUL_SET).keySet()).containsExactly("orders-2", "orders-5", "orders-11");
    }

    @Test
    void objectsOfOtherSetsAreLeftOut() {
        assertThat(instances(VOLUME.replace("set: orders}", "set: orders-eu}"))).doesNotContainKey("orders-5");
    }

    @Test
    void aVolumeTellsWhatWasRecorded() {
        assertThat(instance("orders-5", VOLUME).volume())
                .hasValue(new VolumeView(
                        "v5", true, false, Optional.of(InstanceRole.Replica), Optional.empty(), 4, true, 12));
        assertThat(instance("orders-5", VOLUME.replace("\"4\"", "many"))
                        .volume()
                        .orElseThrow()
                        .epoch())
                .isZero();
    }

    @Test
    void aRunningPodIsSeenWhole() {
        InstanceView view = instance("orders-2", STATEFUL_SET, POD);

        assertThat(view.statefulSet()).isTrue();
        assertThat(view.pod())
                .hasValue(new PodView(
                        "p2",
                        "10.244.1.7",
                        "worker-1",
                        false,
                        true,
                        true,
                        true,
                        2,
                        true,
                        new RoleLabels(Optional.of(InstanceRole.Replica), false, true),
                        Optional.empty()));
    }

    @Test
    void aPodIsOutdatedOnlyByATemplateThatTheControllerHasSeen() {
        assertThat(pod(STATEFUL_SET.replace("generation: 3,", "generation: 4,"), POD)
                        .outdated())
                .isFalse();
        assertThat(pod(STATEFUL_SET, POD.replace("orders-2-old", "orders-2-new"))
                        .outdated())
                .isFalse();
        assertThat(pod(POD).outdated()).isFalse();
    }

    @Test
    void troubleIsToldInTheWordsOfItsSource() {
        assertThat(trouble("{conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable,"
                        + " message: '0/3 nodes are available'}]}"))
                .hasValue(new Trouble(Trouble.Kind.Unschedulable, "0/3 nodes are available"));
        assertThat(trouble("{initContainerStatuses: [{name: initialize,"
                        + " state: {waiting: {reason: ImagePullBackOff, message: no such image}}}]}"))
                .hasValue(new Trouble(Trouble.Kind.ImagePull, "initialize: ImagePullBackOff: no such image"));
        assertThat(trouble("{containerStatuses: [{name: mysqld, state: {waiting: {reason: CrashLoopBackOff}},"
                        + " lastState: {terminated: {exitCode: 1, reason: Error}}}]}"))
                .hasValue(new Trouble(
                        Trouble.Kind.ContainerFailing,
                        "mysqld: CrashLoopBackOff; it ended last with exit code 1 (Error)"));
        assertThat(trouble("{containerStatuses: [{name: mysqld, state: {waiting: {reason: PodInitializing}}}]}"))
                .isEmpty();
    }

    @Test
    void aSecretThatCannotBeUsedIsDriftByItself() {
        HasMetadata empty = Serialization.unmarshal("""
                apiVersion: v1
                kind: Secret
                metadata: {name: orders-root, labels: {replicationset.dev/set: orders}}
                """, HasMetadata.class);

        assertThat(LiveObjects.of(RESOURCE, List.of(empty)).drift())
                .containsExactly(new ObjectRef("Secret", "orders-root"));
        assertThat(LiveObjects.of(RESOURCE, List.of()).drift())
                .contains(new ObjectRef("Secret", "orders-root"), new ObjectRef("StatefulSet", "orders-11"));
    }

    private static Optional<Trouble> trouble(String status) {
        Pod pod = Serialization.unmarshal(POD, Pod.class);
        Pod troubled = Serialization.unmarshal("kind: Pod\nstatus: " + status, Pod.class);
        Pod both = new PodBuilder(pod).withStatus(troubled.getStatus()).build();
        return LiveObjects.of(RESOURCE, List.of(both))
                .instances(name -> ServerView.UNKNOWN)
                .values()
                .iterator()
                .next()
                .pod()
                .orElseThrow()
                .trouble();
    }

    private static PodView pod(String... objects) {
        return instance("orders-2", objects).pod().orElseThrow();
    }

    private static InstanceView instance(String name, String... objects) {
        return Objects.requireNonNull(instances(objects).get(name));
    }

    private static Map<String, InstanceView> instances(String... objects) {
        List<HasMetadata> cached = List.of(objects).stream()
                .map(yaml -> Serialization.unmarshal(yaml, HasMetadata.class))
                .toList();
        return LiveObjects.of(RESOURCE, cached).instances(name -> ServerView.UNKNOWN);
    }
}
