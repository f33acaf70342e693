package dev.replicationset.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.cluster.KubernetesCluster;
import dev.replicationset.cluster.LiveObjects;
import dev.replicationset.e2e.EndToEnd;
import dev.replicationset.e2e.OperatorInstall;
import dev.replicationset.e2e.TestNamespace;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.EventKind;
import dev.replicationset.topology.ObjectRef;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the operator writes, and how; no operator runs beside. */
@EndToEnd(operator = false)
class KubernetesClusterIT {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            ConfigMap.class,
            NetworkPolicy.class,
            PersistentVolumeClaim.class,
            PodDisruptionBudget.class,
            Secret.class,
            Service.class,
            StatefulSet.class);

    private KubernetesClient client;
    private KubernetesCluster cluster;
    private SetId set;

    @BeforeAll
    static void withoutOperator(OperatorInstall operator) {
        operator.remove();
        operator.ensureDefinition();
    }

    @BeforeEach
    void makeSet(TestNamespace namespace) {
        client = namespace.client();
        cluster = at(NOW);
        MySQLReplicationSet resource = Serialization.unmarshal("""
                apiVersion: replicationset.dev/v1alpha1
                kind: MySQLReplicationSet
                metadata: {name: orders}
                spec:
                  storage: {size: 1Gi, whenDeleted: Delete}
                  bootstrap: {database: dev}
                  pod: {resources: {requests: {cpu: 1500m, memory: 0.5Gi}}}
                """, MySQLReplicationSet.class);
        ObjectMeta made = client.resource(resource).create().getMetadata();
        set = new SetId(made.getNamespace(), made.getName(), made.getUid());
    }

    @Test
    void statusIsReplacedWholeAndOnlyOverTheVersionThatWasRead() throws ClusterPort.Conflict {
        String first = resource().getMetadata().getResourceVersion();
        MySQLReplicationSetStatus full = members("orders-1", "orders-2");

        String second = cluster.recordStatus(set, first, full);

        assertThat(cluster.readStatus(set)).isEqualTo(full);
        assertThat(resource().getMetadata().getResourceVersion()).isEqualTo(second);
        assertThat(resource().getSpec().bootstrap()).as("spec").isNotNull();
        assertThatThrownBy(() -> cluster.recordStatus(set, first, MySQLReplicationSetStatus.EMPTY))
                .isInstanceOf(ClusterPort.Conflict.class);

        SetId earlier = new SetId(set.namespace(), set.name(), "00000000-0000-0000-0000-000000000000");
        assertThatThrownBy(() -> cluster.recordStatus(earlier, second, MySQLReplicationSetStatus.EMPTY))
                .isInstanceOf(ClusterPort.Conflict.class);
        assertThatThrownBy(() -> cluster.readStatus(earlier)).isInstanceOf(IllegalStateException.class);

        cluster.recordStatus(set, second, members("orders-2"));
        assertThat(cluster.readStatus(set)).as("fields that are gone are gone").isEqualTo(members("orders-2"));
    }

    @Test
    void whatWasAppliedShowsNoDriftAndIsNotWrittenAgain() throws ClusterPort.Conflict {
        record("orders-1", "orders-2");
        Set<ObjectRef> all = drift();
        assertThat(all).hasSize(5 + 3 + 2 + 2 * 3);

        cluster.apply(set, all);

        assertThat(drift()).isEmpty();
        List<String> versions = versions();
        cluster.apply(set, all);
        assertThat(versions()).isEqualTo(versions);
    }

    @Test
    void anEditByHandIsUndone() throws ClusterPort.Conflict {
        record("orders-1");
        cluster.apply(set, drift());
        // A patch: the controller writes to the object meanwhile.
        client.apps()
                .statefulSets()
                .withName("orders-1")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"template\": {\"spec\": {\"terminationGracePeriodSeconds\": 1}}}}");
        client.configMaps().withName("orders-1").edit(found -> {
            found.getData().put("my.cnf", "[mysqld]");
            return found;
        });
        client.services().withName("orders-replicas").delete();

        assertThat(drift())
                .containsExactlyInAnyOrder(
                        new ObjectRef("StatefulSet", "orders-1"),
                        new ObjectRef("ConfigMap", "orders-1"),
                        new ObjectRef("Service", "orders-replicas"));
        cluster.apply(set, drift());
        assertThat(drift()).isEmpty();
    }

    @Test
    void aSecretOfTheUserIsUsedAndItsContentLeftAlone() throws ClusterPort.Conflict {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("orders-replication")
                        .endMetadata()
                        .addToStringData("password", "it's mine")
                        .build())
                .create();
        record("orders-1");

        cluster.apply(set, drift());

        assertThat(cluster.accounts(set).replication().password()).isEqualTo("it's mine");
        assertThat(cluster.accounts(set).root().password()).matches("[A-Za-z0-9]{24}");
        Secret kept = client.secrets().withName("orders-replication").get();
        assertThat(kept.getData()).containsOnlyKeys("password");
        assertThat(kept.getMetadata().getLabels()).containsOnlyKeys("replicationset.dev/set");
        assertThat(kept.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(drift()).isEmpty();
    }

    @Test
    void somebodyElsesObjectOfTheSameNameIsLeftAlone() throws ClusterPort.Conflict {
        Service theirs = client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("orders-primary")
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withName("mysql")
                        .withPort(3306)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        record("orders-1");

        assertThatThrownBy(() -> cluster.apply(set, drift()))
                .hasMessageContaining("Service/orders-primary exists and is not this set's");
        assertThat(client.services().withName("orders-primary").get().getSpec()).isEqualTo(theirs.getSpec());
        assertThat(client.apps().statefulSets().list().getItems())
                .as("the others are made")
                .hasSize(1);

        client.services()
                .withName("orders-primary")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"labels\":{\"replicationset.dev/set\":\"orders\"}}}");
        cluster.apply(set, drift());
        assertThat(drift()).as("handed over").isEmpty();
    }

    @Test
    void volumesAndPasswordsAreLetGoWhenTheyAreToBeKept() throws ClusterPort.Conflict {
        record("orders-1");
        cluster.apply(set, drift());
        assertThat(owners()).hasSize(1 + 4).allMatch(owned -> owned);
        String password = cluster.accounts(set).root().password();

        client.resources(MySQLReplicationSet.class)
                .withName("orders")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"storage\":{\"whenDeleted\":\"Retain\"}}}");
        cluster.apply(set, drift());

        assertThat(owners()).hasSize(1 + 4).noneMatch(owned -> owned);
        assertThat(cluster.accounts(set).root().password()).isEqualTo(password);
        assertThat(drift()).isEmpty();
    }

    @Test
    void rolesAreMovedOnThePodOfThatUidAlone() {
        String uid = pod();
        RoleLabels primary = new RoleLabels(Optional.of(InstanceRole.Primary), true, true);
        RoleLabels replica = new RoleLabels(Optional.of(InstanceRole.Replica), false, true);

        cluster.label(set, "orders-1", uid, primary);
        cluster.label(set, "orders-1", "another", RoleLabels.NONE);
        assertThat(podLabels())
                .containsEntry("replicationset.dev/role", "primary")
                .containsEntry("replicationset.dev/serves-writes", "true")
                .containsEntry("replicationset.dev/serves-reads", "true");

        cluster.label(set, "orders-1", uid, replica);
        assertThat(podLabels())
                .containsEntry("replicationset.dev/role", "replica")
                .doesNotContainKey("replicationset.dev/serves-writes");
        cluster.label(set, "orders-9", uid, primary);
    }

    @Test
    void onlyThePodOfThatUidIsDeleted() {
        String uid = pod();

        cluster.restartPod(set, "orders-1", "another");
        assertThat(client.pods().withName("orders-1-0").get()).isNotNull();
        cluster.restartPod(set, "orders-1", uid);

        Pod left = client.pods().withName("orders-1-0").get();
        assertThat(left == null || left.isMarkedForDeletion()).isTrue();
        cluster.restartPod(set, "orders-9", uid);
    }

    @Test
    void onlyWhatIsNoMemberIsRemoved() throws ClusterPort.Conflict {
        record("orders-1", "orders-2", "orders-3");
        cluster.apply(set, drift());
        cluster.recordOnVolume(set, "orders-2", InstanceRole.Replica, Optional.empty(), 4, 3);
        record("orders-1");

        assertThatThrownBy(() -> cluster.removeInstance(set, "orders-1", true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("orders-1 is a member");
        cluster.removeInstance(set, "orders-2", false);
        cluster.removeInstance(set, "orders-3", true);
        cluster.removeInstance(set, "orders-3", true);

        assertThat(names(StatefulSet.class)).containsExactly("orders-1");
        assertThat(names(ConfigMap.class)).containsExactly("orders-1");
        assertThat(live().instances(name -> ServerView.UNKNOWN).values()).anySatisfy(view -> {
            assertThat(view.name()).isEqualTo("orders-2");
            assertThat(view.statefulSet()).isFalse();
            assertThat(view.volume().orElseThrow().retired()).isTrue();
            assertThat(view.volume().orElseThrow().epoch()).isEqualTo(4);
            assertThat(view.volume().orElseThrow().lastNumber()).isEqualTo(3);
            assertThat(view.volume().orElseThrow().role()).hasValue(InstanceRole.Replica);
        });
        PersistentVolumeClaim third =
                client.persistentVolumeClaims().withName("orders-3").get();
        assertThat(third == null || third.isMarkedForDeletion()).isTrue();

        cluster.recordOnVolume(set, "orders-2", InstanceRole.Primary, Optional.of("u-1"), 5, 3);
        assertThat(live().instances(name -> ServerView.UNKNOWN).values())
                .noneMatch(view -> view.volume().orElseThrow().retired());
    }

    @Test
    void anEventThatComesAgainIsCounted(TestNamespace namespace) {
        cluster.tell(set, EventKind.CloneFailed, "orders-2", "x".repeat(2000));
        cluster.tell(set, EventKind.CloneFailed, "orders-2", "x".repeat(2000));
        cluster.tell(set, EventKind.ServesReads, "orders-2", "orders-2 serves reads");
        at(NOW.plusSeconds(60)).tell(set, EventKind.CloneFailed, "orders-2", "x".repeat(2000));

        List<Event> events = client.events().v1().events().list().getItems();
        assertThat(events).hasSize(2).anySatisfy(event -> {
            assertThat(event.getReason()).isEqualTo("CloneFailed");
            assertThat(event.getType()).isEqualTo("Warning");
            assertThat(event.getNote()).startsWith("xxx").endsWith("…");
            assertThat(event.getSeries().getCount()).isEqualTo(2);
            assertThat(event.getRegarding().getUid()).isEqualTo(set.uid());
        });
        assertThat(namespace.kubectl("describe", "mysqlreplicationset", "orders"))
                .contains("ServesReads", "orders-2 serves reads", "(x2 over");
    }

    private KubernetesCluster at(Instant time) {
        return new KubernetesCluster(client, new SecureRandom(), Clock.fixed(time, ZoneOffset.UTC), "test");
    }

    private void record(String... members) throws ClusterPort.Conflict {
        cluster.recordStatus(set, resource().getMetadata().getResourceVersion(), members(members));
    }

    private static MySQLReplicationSetStatus members(String... names) {
        List<InstanceStatus> members = Stream.of(names)
                .map(name -> InstanceStatus.member(
                        name, Integer.parseInt(name.substring("orders-".length())), InstanceRole.Replica))
                .toList();
        return new MySQLReplicationSetStatus(
                1L,
                names.length > 1 ? names[0] : null,
                1L,
                9,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                0,
                null,
                members,
                List.of());
    }

    private MySQLReplicationSet resource() {
        MySQLReplicationSet found =
                client.resources(MySQLReplicationSet.class).withName("orders").require();
        if (found.getStatus() == null) {
            found.setStatus(MySQLReplicationSetStatus.EMPTY);
        }
        return found;
    }

    private Set<ObjectRef> drift() {
        return live().drift();
    }

    private LiveObjects live() {
        return LiveObjects.of(resource(), objects());
    }

    private List<HasMetadata> objects() {
        return KINDS.stream()
                .flatMap(kind ->
                        client.resources(kind).withLabel("replicationset.dev/set", "orders").list().getItems().stream())
                .map(HasMetadata.class::cast)
                .toList();
    }

    // Volumes and budgets are written by controllers too.
    private List<String> versions() {
        return objects().stream()
                .filter(object -> !(object instanceof PersistentVolumeClaim)
                        && !(object instanceof PodDisruptionBudget)
                        && !(object instanceof StatefulSet))
                .map(object -> object.getFullResourceName() + "/"
                        + object.getMetadata().getName() + "/"
                        + object.getMetadata().getResourceVersion())
                .toList();
    }

    private List<String> names(Class<? extends HasMetadata> kind) {
        return objects().stream()
                .filter(object -> kind.isInstance(object) && !object.isMarkedForDeletion())
                .map(object -> object.getMetadata().getName())
                .toList();
    }

    /** Of each volume and each password, whether the resource owns it. */
    private List<Boolean> owners() {
        return objects().stream()
                .filter(object -> object instanceof PersistentVolumeClaim
                        || (object instanceof Secret
                                && !object.getMetadata().getName().equals("orders-accounts")))
                .map(object -> !object.getMetadata().getOwnerReferences().isEmpty())
                .toList();
    }

    /** A pod that never runs. Returns its UID. */
    private String pod() {
        return client.resource(Serialization.unmarshal("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: orders-1-0, labels: {replicationset.dev/set: orders}}
                        spec:
                          schedulingGates: [{name: example.com/never}]
                          securityContext: {runAsNonRoot: true, runAsUser: 999, seccompProfile: {type: RuntimeDefault}}
                          containers:
                            - name: mysqld
                              image: mysql:9.7
                              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                        """, Pod.class))
                .create()
                .getMetadata()
                .getUid();
    }

    private Map<String, String> podLabels() {
        return client.pods().withName("orders-1-0").require().getMetadata().getLabels();
    }
}
