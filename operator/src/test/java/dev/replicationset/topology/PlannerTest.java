package dev.replicationset.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Positioning;
import dev.replicationset.api.Seeding;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.Heartbeat;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PlannerTest {
    @Test
    void healthySetNeedsNothing() {
        Plan plan = Scene.healthy().plan();

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.lookAgain()).isEqualTo(Draft.IDLE);
    }

    @Test
    void pausedSetIsLeftAlone() {
        Scene scene = Scene.healthy();
        scene.paused = true;
        scene.replicas = 5;
        scene.drift = Set.of(new ObjectRef("Service", "orders-primary"));

        assertThat(scene.plan().actions()).isEmpty();
    }

    @Test
    void failedActionWaitsForItsBackOff() {
        Scene scene = Scene.healthy();
        scene.drift = Set.of(new ObjectRef("Service", "orders-primary"));
        scene.failures.put("ApplyObjects", new Observation.Failure(1, scene.now.plusSeconds(4), "refused", 0));

        assertThat(scene.plan().actions()).isEmpty();
        assertThat(scene.plan().lookAgain()).isEqualTo(Duration.ofSeconds(4));
        scene.later(Duration.ofSeconds(4));
        assertThat(scene.plan().actions()).containsExactly(new Action.ApplyObjects(scene.drift));
    }

    @Nested
    class Bootstrap {
        @Test
        void membersAndPrimaryAreRecordedBeforeAnythingIsMade() {
            Scene scene = new Scene();
            scene.drift = Set.of(new ObjectRef("Service", "orders-primary"));

            Plan plan = scene.record();

            assertThat(plan.actions()).hasOnlyElementsOfTypes(Action.RecordIntent.class, Action.Tell.class);
            assertThat(scene.status.primary()).isEqualTo("orders-1");
            assertThat(scene.status.epoch()).isEqualTo(1);
            assertThat(scene.status.lastNumber()).isEqualTo(3);
            assertThat(scene.status.instances())
                    .extracting(InstanceStatus::name)
                    .containsExactly("orders-1", "orders-2", "orders-3");
        }

        @Test
        void keptVolumesAreTakenOverWithThePrimaryOfTheHighestEpoch() {
            Scene scene = new Scene();
            scene.volume(2, InstanceRole.Primary, 1, false);
            scene.volume(4, InstanceRole.Primary, 2, false);
            scene.volume(5, InstanceRole.Replica, 2, false);
            scene.volume(9, InstanceRole.Replica, 1, true);

            scene.record();

            assertThat(scene.status.primary()).isEqualTo("orders-4");
            assertThat(scene.status.epoch()).isEqualTo(2);
            assertThat(scene.status.lastNumber()).isEqualTo(9);
            assertThat(scene.status.instances())
                    .extracting(InstanceStatus::name)
                    .containsExactly("orders-2", "orders-4", "orders-5");
            // What an adopted replica holds is not known, so it never counts as new.
            assertThat(scene.status.instances())
                    .extracting(InstanceStatus::source)
                    .containsExactly("orders-4", null, "orders-4");
        }

        @Test
        void replicasVolumesAloneNeedAPerson() {
            Scene scene = new Scene();
            scene.volume(2, InstanceRole.Replica, 1, false);

            assertThat(scene.plan().actions()).isEmpty();
            assertThat(Conditions.of(scene.seen()).getFirst().getReason()).isEqualTo("PrimaryUnknown");
        }
    }

    @Nested
    class Primary {
        @Test
        void isOpenedOnlyAfterItsUuidCoordinatesAndVolumeAreRecorded() {
            Scene scene = new Scene();
            scene.replicas = 0;
            scene.record();
            scene.running(1);
            scene.server("orders-1", state -> Scene.at(state, "binlog.000001", 158, "", ""));

            assertThat(scene.record().actions())
                    .hasAtLeastOneElementOfType(Action.RecordIntent.class)
                    .noneMatch(Action.OpenPrimary.class::isInstance);
            assertThat(scene.status.binlog()).isEqualTo(new BinlogCoordinates("binlog.000001", 158L, ""));
            assertThat(scene.plan().actions()).contains(new Action.OpenPrimary("orders-1", Scene.UUID_1, 1, 0));
        }

        @Test
        void anotherServerInItsPlaceStaysClosed() {
            Scene scene = Scene.healthy();
            scene.status = scene.status.with(
                    scene.status.instance("orders-1").orElseThrow().withServerUuid(Scene.UUID_3));
            scene.server("orders-1", Scene::closed);

            assertThat(scene.plan().actions()).noneMatch(Action.OpenPrimary.class::isInstance);
            assertThat(Conditions.of(scene.seen()).getFirst().getReason()).isEqualTo("PrimaryDataLost");
        }

        @Test
        void writableReplicaIsClosed() {
            Scene scene = Scene.healthy();
            scene.server("orders-2", Scene::writable);

            assertThat(scene.plan().actions()).contains(new Action.CloseServer("orders-2"));
        }

        @Test
        void keepsItsLabelWhileItDoesNotAnswer() {
            Scene scene = Scene.healthy();
            scene.answer("orders-1", new ServerView.Unreachable(ServerView.Cause.Refused, scene.now, 1, "refused"));

            assertThat(scene.plan().actions()).isEmpty();
        }
    }

    @Nested
    class Scale {
        @Test
        void outGivesNumbersThatWereNeverUsed() {
            Scene scene = Scene.healthy();
            scene.status = scene.status.withPrimary("orders-1", 1, 7);
            scene.replicas = 4;

            scene.record();

            assertThat(scene.status.instances())
                    .extracting(InstanceStatus::number)
                    .containsExactly(1, 2, 3, 8, 9);
            assertThat(scene.status.lastNumber()).isEqualTo(9);
        }

        @Test
        void inTakesTheHighestNumbersAndThenRemovesWhatIsLeftOfThem() {
            Scene scene = Scene.healthy();
            scene.replicas = 0;

            scene.record();

            assertThat(scene.status.instances())
                    .extracting(InstanceStatus::name)
                    .containsExactly("orders-1");
            assertThat(scene.plan().actions())
                    .contains(new Action.RemoveInstance("orders-2", true), new Action.RemoveInstance("orders-3", true));
        }

        @Test
        void inSparesThePrimaryWhateverItsNumber() {
            Scene scene = Scene.healthy();
            scene.status = scene.status.withPrimary("orders-3", 2, 3);
            scene.replicas = 1;

            scene.record();

            assertThat(scene.status.instances())
                    .extracting(InstanceStatus::name)
                    .containsExactly("orders-1", "orders-3");
        }
    }

    @Nested
    class SeedingOfReplicas {
        @Test
        void emptySetAttachesDirectlyAtTheRecordedCoordinates() {
            Scene scene = Scene.healthy();
            scene.status = scene.status.with(InstanceStatus.member("orders-2", 2, InstanceRole.Replica));
            scene.server("orders-2", state -> Scene.with(state, Optional.empty()));
            scene.labels("orders-2", new RoleLabels(Optional.of(InstanceRole.Replica), false, false));

            scene.record();
            assertThat(scene.status.instance("orders-2").orElseThrow().sourceFile())
                    .isEqualTo("binlog.000002");
            assertThat(scene.plan().actions())
                    .contains(new Action.Attach("orders-2", "orders-1", 1, new Action.Start.AutoPosition()));

            scene.positioning = Positioning.FilePosition;
            assertThat(scene.plan().actions())
                    .contains(new Action.Attach(
                            "orders-2",
                            "orders-1",
                            1,
                            new Action.Start.At(new BinlogCoordinates("binlog.000002", 158L, ""))));
        }

        @Test
        void setWithDataIsCopiedFromAHealthyReplica() {
            Scene scene = withNewcomer(Positioning.GTID);

            scene.record();
            assertThat(seeding(scene).donor()).isEqualTo("orders-2");
            assertThat(scene.plan().actions()).contains(new Action.BeginClone("orders-3", "orders-2"));
        }

        @Test
        void withFilePositionOnlyThePrimaryGives() {
            Scene scene = withNewcomer(Positioning.FilePosition);

            scene.record();
            assertThat(seeding(scene).donor()).isEqualTo("orders-1");
        }

        @Test
        void completedCopyIsAttachedAtTheDonorsCoordinates() {
            Scene scene = withNewcomer(Positioning.FilePosition);
            scene.record();
            BinlogCoordinates donors = new BinlogCoordinates("binlog.000005", 77L, "");
            scene.server(
                    "orders-3",
                    state -> Scene.cloning(
                            state, progress(scene, CloneProgress.State.Completed, 0, Optional.of(donors))));

            scene.record();
            assertThat(scene.plan().actions())
                    .contains(new Action.Attach("orders-3", "orders-1", 1, new Action.Start.At(donors)));
            assertThat(scene.status.instance("orders-3").orElseThrow().sourcePosition())
                    .isEqualTo(77L);
        }

        @Test
        void failedCopyIsTriedAgainLaterWithBackOff() {
            Scene scene = withNewcomer(Positioning.GTID);
            scene.record();
            scene.server(
                    "orders-3",
                    state -> Scene.cloning(state, progress(scene, CloneProgress.State.Failed, 3862, Optional.empty())));

            scene.record();
            assertThat(seeding(scene).attempt()).isEqualTo(2);
            assertThat(seeding(scene).error()).startsWith("3862");
            assertThat(scene.plan().actions()).noneMatch(Action.BeginClone.class::isInstance);
            scene.later(Duration.ofSeconds(5));
            assertThat(scene.plan().actions()).anyMatch(Action.BeginClone.class::isInstance);
        }

        @Test
        void silentDonorIsReplacedByAnother() {
            Scene scene = withNewcomer(Positioning.GTID);
            scene.record();
            scene.server(
                    "orders-3",
                    state ->
                            Scene.cloning(state, progress(scene, CloneProgress.State.InProgress, 0, Optional.empty())));
            scene.answer("orders-2", new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 1, "no answer"));

            assertThat(scene.record().actions()).noneMatch(Action.RecordIntent.class::isInstance);
            scene.later(Duration.ofSeconds(10));
            scene.record();
            assertThat(seeding(scene).donor()).isEqualTo("orders-1");
            assertThat(seeding(scene).attempt()).isEqualTo(2);
        }

        @Test
        void oneDonorGivesToOneAtATime() {
            Scene scene = withNewcomer(Positioning.FilePosition);
            scene.status = scene.status.with(InstanceStatus.member("orders-2", 2, InstanceRole.Replica));
            scene.server("orders-2", state -> Scene.with(state, Optional.empty()));

            scene.record();
            scene.record();

            assertThat(scene.status.instances().stream()
                            .filter(member -> member.seeding() != null)
                            .count())
                    .isEqualTo(1);
        }

        private Scene withNewcomer(Positioning positioning) {
            Scene scene = Scene.healthy();
            scene.positioning = positioning;
            scene.status = scene.status.with(InstanceStatus.member("orders-3", 3, InstanceRole.Replica));
            scene.server("orders-3", state -> Scene.with(state, Optional.empty()));
            scene.labels("orders-3", new RoleLabels(Optional.of(InstanceRole.Replica), false, false));
            scene.server("orders-1", state -> Scene.at(state, "binlog.000005", 900, "", ""));
            return scene;
        }

        private Seeding seeding(Scene scene) {
            return Optional.ofNullable(
                            scene.status.instance("orders-3").orElseThrow().seeding())
                    .orElseThrow();
        }

        private CloneProgress progress(
                Scene scene, CloneProgress.State state, int error, Optional<BinlogCoordinates> at) {
            return new CloneProgress(
                    state, "donor", scene.now, "FILE COPY", 10, 100, error, error == 0 ? "" : "refused", at);
        }
    }

    @Nested
    class Replicas {
        @Test
        void stoppedThreadsAreStarted() {
            Scene scene = Scene.healthy();
            scene.server(
                    "orders-2",
                    state -> Scene.with(
                            state,
                            Optional.of(
                                    Scene.channel(IoThread.No, false, ReplicationError.NONE, ReplicationError.NONE))));

            assertThat(scene.plan().actions()).contains(new Action.StartReplication("orders-2", 1));
        }

        @Test
        void divergedOneIsCopiedAnewWithinItsBudget() {
            Scene scene = Scene.healthy();
            scene.server("orders-1", state -> Scene.at(state, "binlog.000002", 900, Scene.UUID_1 + ":1-9", ""));
            scene.server(
                    "orders-2",
                    state -> Scene.at(state, "binlog.000002", 900, Scene.UUID_1 + ":1-9," + Scene.UUID_2 + ":1", ""));

            for (int copy = 1; copy <= ReplicationRule.RECLONE_BUDGET; copy++) {
                Plan plan = scene.record();
                assertThat(plan.actions())
                        .anyMatch(action -> action instanceof Action.Tell tell
                                && tell.kind() == EventKind.ReplicaDiverged
                                && tell.message().contains(Scene.UUID_2 + ":1"));
                InstanceStatus member = scene.status.instance("orders-2").orElseThrow();
                assertThat(member.seeding()).isNotNull();
                scene.status = scene.status.with(member.seeded());
            }
            assertThat(scene.record().actions()).noneMatch(Action.RecordIntent.class::isInstance);
            assertThat(Conditions.of(scene.seen()))
                    .anyMatch(condition -> condition.getReason().equals("RecloneBudgetSpent"));
        }

        @Test
        void oneThatConnectsForAMomentServesOn() {
            Scene scene = Scene.healthy();
            scene.server(
                    "orders-2",
                    state -> state.withChannel(
                            state.channel().map(channel -> channel.withIoThread(IoThread.Connecting))));

            assertThat(scene.plan().actions()).noneMatch(Action.LabelPod.class::isInstance);
        }

        @Test
        void oneThatHasNotSeenTheNewPrimarysHeartbeatYetServesOn() {
            Scene scene = Scene.healthy();
            scene.server("orders-1", state -> state.withHeartbeat(Optional.of(new Heartbeat(2, scene.now))));

            assertThat(scene.plan().actions()).noneMatch(Action.LabelPod.class::isInstance);

            scene.server(
                    "orders-1", state -> state.withHeartbeat(Optional.of(new Heartbeat(2, scene.now.plusSeconds(31)))));
            assertThat(scene.plan().actions())
                    .anyMatch(action -> action instanceof Action.LabelPod label
                            && !label.labels().servesReads());
        }

        @Test
        void laggingOrSilentOnesLeaveTheReadEndpoint() {
            Scene scene = Scene.healthy();
            scene.later(Duration.ofSeconds(40));
            scene.server("orders-1", state -> Scene.beating(state, scene.now));
            scene.server("orders-2", state -> Scene.beating(state, scene.now.minusSeconds(1)));

            assertThat(scene.plan().actions())
                    .containsExactly(new Action.LabelPod(
                            "orders-3", "pod-3", new RoleLabels(Optional.of(InstanceRole.Replica), false, false)));
        }

        @Test
        void primaryServesReadsWhenNoReplicaDoes() {
            Scene scene = Scene.healthy();
            for (String name : List.of("orders-2", "orders-3")) {
                scene.answer(name, new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 1, "frozen"));
            }
            RoleLabels both = new RoleLabels(Optional.of(InstanceRole.Primary), true, true);

            assertThat(scene.plan().actions()).contains(new Action.LabelPod("orders-1", "pod-1", both));
            scene.fallbackToPrimary = false;
            assertThat(scene.plan().actions()).doesNotContain(new Action.LabelPod("orders-1", "pod-1", both));
        }

        @Test
        void goOnServingWhileThePrimaryIsAway() {
            Scene scene = Scene.healthy();
            scene.answer("orders-1", new ServerView.Unreachable(ServerView.Cause.Refused, scene.now, 3, "refused"));
            for (String name : List.of("orders-2", "orders-3")) {
                scene.server(
                        name,
                        state -> Scene.with(
                                state,
                                Optional.of(Scene.channel(
                                        IoThread.Connecting,
                                        true,
                                        new ReplicationError(2003, "refused"),
                                        ReplicationError.NONE))));
            }

            assertThat(scene.plan().actions()).isEmpty();
        }
    }
}
