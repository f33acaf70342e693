package dev.replicationset.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds the only data is never given up, and what is not known is not taken for gone. */
class LostDataTest {
    private static final String OTHER = "99999999-9999-9999-9999-999999999999";

    // ---- the primary's volume

    @Test
    void anEmptyServerInThePrimarysPlaceIsNeverRecordedAsThePrimary() {
        Scene scene = Scene.healthy();
        replaceThePrimarysVolume(scene);

        assertThat(scene.plan().actions())
                .noneMatch(action ->
                        action instanceof Action.RecordOnVolume record && record.role() == InstanceRole.Primary)
                .noneMatch(Action.OpenPrimary.class::isInstance)
                .noneMatch(Action.BeginClone.class::isInstance);
        assertThat(condition(scene, "PrimaryAvailable").getReason()).isEqualTo("PrimaryDataLost");
    }

    @Test
    void itsReplicasGoOnServingWhatTheyHave() {
        Scene scene = Scene.healthy();
        scene.server("orders-2", state -> Scene.at(state, "binlog.000002", 900, Scene.UUID_1 + ":1-9", ""));
        replaceThePrimarysVolume(scene);

        assertThat(scene.plan().actions())
                .noneMatch(action -> action instanceof Action.LabelPod label
                        && label.instance().equals("orders-2")
                        && !label.labels().servesReads());
    }

    @Test
    void aNewResourceDoesNotTakeAnEmptyVolumeForThePrimarys() {
        Scene scene = new Scene();
        scene.volume(1, null, 0, false);
        scene.volume(2, InstanceRole.Replica, 1, false);

        scene.record();

        assertThat(scene.status.primary()).isNull();
        assertThat(condition(scene, "Ready").getReason()).isEqualTo("PrimaryUnknown");
    }

    @Test
    void aPersonMayNameAReplicaAndTheEpochGrows() {
        Scene scene = new Scene();
        scene.volume(1, null, 0, false);
        scene.volumeNamedPrimary(2, 4);

        scene.record();

        assertThat(scene.status.primary()).isEqualTo("orders-2");
        assertThat(scene.status.epoch()).isEqualTo(5);
    }

    @Test
    void twoPrimariesOfOneEpochNeedAPerson() {
        Scene scene = new Scene();
        scene.volume(1, InstanceRole.Primary, 4, false);
        scene.volumeNamedPrimary(2, 4);

        scene.record();

        assertThat(scene.status.primary()).isNull();
        assertThat(condition(scene, "Ready").getReason()).isEqualTo("PrimaryUnknown");
    }

    @Test
    void theServerOfAKeptVolumeIsKnownAgain() {
        Scene scene = new Scene();
        scene.replicas = 0;
        scene.volume(1, InstanceRole.Primary, 4, false);
        scene.record();
        scene.running(1);
        scene.server("orders-1", state -> state.withServerUuid(OTHER));

        assertThat(condition(scene, "PrimaryAvailable").getReason()).isEqualTo("PrimaryDataLost");
        assertThat(scene.plan().actions()).noneMatch(Action.OpenPrimary.class::isInstance);
    }

    @Test
    void aReplicaWithoutACommonHistoryIsNotCopiedOver() {
        Scene scene = Scene.healthy();
        scene.server("orders-1", state -> Scene.at(state, "binlog.000002", 900, Scene.UUID_1 + ":1-9", ""));
        scene.server("orders-2", state -> Scene.at(state, "binlog.000002", 900, OTHER + ":1-700", ""));

        assertThat(scene.plan().actions()).noneMatch(Action.RecordIntent.class::isInstance);
        assertThat(condition(scene, "ReplicasReady").getMessage()).contains("no transaction in common");

        scene.server("orders-2", state -> state.withChannel(Optional.empty()));
        assertThat(scene.plan().actions()).noneMatch(Action.RecordIntent.class::isInstance);
    }

    // ---- what is not known

    @Test
    void anOperatorThatHasJustBegunLeavesTheEndpointsAsTheyAre() {
        Scene scene = Scene.healthy();
        List.of("orders-1", "orders-2", "orders-3").forEach(name -> scene.answer(name, ServerView.UNKNOWN));

        assertThat(scene.plan().actions()).noneMatch(Action.LabelPod.class::isInstance);
        assertThat(condition(scene, "ReplicasReady").getStatus()).isEqualTo("True");
    }

    @Test
    void anOperatorThatReachesNobodyLeavesTheEndpointsAsTheyAre() {
        Scene scene = Scene.healthy();
        for (String name : List.of("orders-1", "orders-2", "orders-3")) {
            member(scene, name);
            scene.answer(name, new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 3, "no answer"));
        }

        assertThat(scene.plan().actions()).noneMatch(Action.LabelPod.class::isInstance);
        assertThat(condition(scene, "PrimaryAvailable").getReason()).isEqualTo("PrimaryUnreachable");
    }

    @Test
    void aPrimaryThatRestartsKeepsTheWriteEndpoint() {
        Scene scene = Scene.healthy();
        scene.server("orders-1", Scene::closed);

        assertThat(scene.plan().actions())
                .contains(new Action.OpenPrimary("orders-1", Scene.UUID_1, 1, 0))
                .noneMatch(action -> action instanceof Action.LabelPod label
                        && label.instance().equals("orders-1"));
        assertThat(condition(scene, "PrimaryAvailable").getStatus()).isEqualTo("False");
    }

    // ---- copies

    @Test
    void ofTwoDivergedReplicasOneIsCopiedAtATime() {
        Scene scene = Scene.healthy();
        ReplicationError duplicate =
                new ReplicationError(1062, "Could not execute Write_rows event on table dev.t; Duplicate entry");
        for (String name : List.of("orders-2", "orders-3")) {
            scene.server(
                    name,
                    state -> state.withChannel(
                            Optional.of(Scene.channel(IoThread.Yes, false, ReplicationError.NONE, duplicate))));
        }

        scene.record();

        assertThat(scene.status.instances().stream().filter(member -> member.seeding() != null))
                .hasSize(1);
    }

    @Test
    void aRecipientThatIsAwayKeepsNoDonor() {
        Scene scene = Scene.healthy();
        scene.server("orders-2", state -> state.withChannel(Optional.empty()));
        scene.server("orders-3", state -> state.withChannel(Optional.empty()));
        scene.labels("orders-2", RoleLabels.NONE);
        scene.server("orders-1", state -> Scene.at(state, "binlog.000009", 9_000_000, Scene.UUID_1 + ":1-9", ""));
        scene.record();
        assertThat(seeding(scene, "orders-2")).isTrue();
        scene.answer("orders-2", new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 3, "no answer"));

        scene.record();

        assertThat(seeding(scene, "orders-3")).isTrue();
        assertThat(scene.plan().actions()).contains(new Action.BeginClone("orders-3", "orders-1"));
    }

    @Test
    void aDonorThatGivesIsNotAskedTwice() {
        Scene scene = Scene.healthy();
        for (String name : List.of("orders-2", "orders-3")) {
            scene.server(name, state -> state.withChannel(Optional.empty()));
            scene.labels(name, RoleLabels.NONE);
        }
        scene.server("orders-1", state -> Scene.at(state, "binlog.000009", 9_000_000, Scene.UUID_1 + ":1-9", ""));
        scene.record();
        scene.server("orders-2", state -> Scene.cloning(state, copying()));

        assertThat(scene.record().actions()).noneMatch(Action.BeginClone.class::isInstance);
        assertThat(seeding(scene, "orders-3")).isFalse();
    }

    // ---- Secrets

    @Test
    void theOwnerIsPreparedAgainWhenASecretChanged() {
        Scene scene = Scene.healthy();
        scene.secretsChanged = true;
        assertThat(scene.plan().actions()).isEmpty();

        scene.database = "app";
        assertThat(scene.plan().actions()).contains(new Action.PrepareSchema("orders-1", 1));
    }

    @Test
    void replicasThatDenyTheOperatorAreStartedAnewOneByOne() {
        Scene scene = Scene.healthy();
        for (String name : List.of("orders-2", "orders-3")) {
            scene.answer(name, new ServerView.Unreachable(ServerView.Cause.AccessDenied, scene.now, 1, "denied"));
        }

        assertThat(scene.plan().actions().stream().filter(Action.RestartPod.class::isInstance))
                .hasSize(1);
        scene.drift = Set.of(new ObjectRef("Secret", "orders-accounts"));
        assertThat(scene.plan().actions()).noneMatch(Action.RestartPod.class::isInstance);
    }

    private static void replaceThePrimarysVolume(Scene scene) {
        scene.volume(1, null, 0, false);
        scene.running(1);
        scene.unrecordVolume("orders-1");
        scene.server("orders-1", state -> state.withServerUuid(OTHER));
    }

    /** As if its server had been seen. */
    private static void member(Scene scene, String name) {
        InstanceStatus member = scene.status.instance(name).orElseThrow();
        scene.status = scene.status.with(
                member.withServerUuid(Scene.uuid(scene.view(name).number())));
    }

    private static boolean seeding(Scene scene, String name) {
        return scene.status.instance(name).orElseThrow().seeding() != null;
    }

    private static CloneProgress copying() {
        return new CloneProgress(
                CloneProgress.State.InProgress,
                "orders-1:3306",
                Instant.parse("2026-01-01T00:00:00Z"),
                "FILE COPY",
                1,
                2,
                0,
                "",
                Optional.empty());
    }

    private static Condition condition(Scene scene, String type) {
        return Conditions.of(scene.seen()).stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
