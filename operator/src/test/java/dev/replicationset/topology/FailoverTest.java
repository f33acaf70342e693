package dev.replicationset.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.Transition;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.ServerState.SemiSync;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From the loss of the primary to the opening of another, step by step. */
class FailoverTest {
    private final Scene scene = Scene.durable();

    @Test
    void aPrimaryThatIsLostIsReplacedByTheReplicaThatHoldsMost() {
        scene.dies("orders-1");
        assertThat(scene.record().actions()).noneMatch(Action.OnInstance.class::isInstance);
        assertThat(phase()).isEqualTo(Transition.Phase.Fencing);

        assertThat(scene.plan().actions())
                .contains(new Action.StopReceiving("orders-2", 2), new Action.StopReceiving("orders-3", 2));
        scene.later(Duration.ofMillis(100));
        scene.stopped("orders-2");
        scene.record();
        assertThat(phase()).as("one of two is not enough").isEqualTo(Transition.Phase.Fencing);
        scene.stopped("orders-3");
        scene.received("orders-3", 1100, "1-11", "1-9");
        scene.record();
        assertThat(phase()).isEqualTo(Transition.Phase.CatchingUp);
        assertThat(transition().to()).isEqualTo("orders-3");

        scene.record();
        assertThat(phase()).as("what it received is not applied yet").isEqualTo(Transition.Phase.CatchingUp);
        scene.received("orders-3", 1100, "1-11", "1-11");
        scene.server(
                "orders-3",
                state -> state.withBinlog(new BinlogCoordinates("binlog.000001", 900L, Scene.UUID_1 + ":1-11")));
        scene.record();
        assertThat(phase()).isEqualTo(Transition.Phase.Promoting);
        assertThat(scene.status.primary()).isEqualTo("orders-3");
        assertThat(scene.status.epoch()).isEqualTo(2);
        assertThat(scene.status.acknowledging()).containsExactly("orders-2");
        assertThat(scene.status.acksRequired()).isEqualTo(1);

        assertThat(scene.plan().actions()).contains(new Action.Promote("orders-3", Scene.UUID_3, 2, 1));
        scene.server(
                "orders-3",
                state -> state.with(its -> its.channel(Optional.empty())
                        .semiSync(Optional.of(new SemiSync(true, 1, 0, 0, false, false)))));
        assertThat(scene.plan().actions())
                .contains(new Action.Attach("orders-2", "orders-3", 2, new Action.Start.AutoPosition()))
                .noneMatch(Action.OpenPrimary.class::isInstance);
        scene.server("orders-3", state -> state.withSemiSync(Optional.of(new SemiSync(true, 1, 1, 0, false, false))));
        scene.recorded("orders-3");
        assertThat(scene.plan().actions()).contains(new Action.OpenPrimary("orders-3", Scene.UUID_3, 2, 1));
    }

    /** It may come back, and have followed the new primary before. */
    @Test
    void oneThatMayAcknowledgeAndIsNotReachedIsLockedOutByTheNewPrimary() {
        scene.status = scene.status.withAcksRequired(2);
        scene.server("orders-1", state -> state.withSemiSync(Optional.of(new SemiSync(true, 2, 2, 0, false, false))));
        scene.dies("orders-1");
        scene.answer("orders-2", new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 9, "no answer"));
        scene.record();
        scene.later(Duration.ofMillis(100));
        scene.stopped("orders-3");
        scene.record();
        scene.record();

        assertThat(scene.status.primary()).isEqualTo("orders-3");
        assertThat(scene.status.acknowledging()).isEmpty();
        assertThat(scene.status.instance("orders-2").orElseThrow().barred()).isEqualTo("10.0.0.2");
    }

    @Test
    void aPrimaryFromWhichReplicasStillReceiveIsNotLost() {
        scene.later(Duration.ofSeconds(1));
        scene.answer("orders-1", new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 9, "no answer"));
        scene.later(Duration.ofSeconds(1));
        scene.server("orders-2", state -> state);
        scene.server("orders-3", state -> state);

        scene.record();

        assertThat(scene.status.transition()).isNull();
        assertThat(reason("PrimaryAvailable")).isEqualTo("PrimaryStillStreams");
    }

    @Test
    void tooFewReplicasDecideNothing() {
        scene.dies("orders-1");
        scene.answer("orders-2", new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 9, "no answer"));

        scene.record();

        assertThat(scene.status.transition()).isNull();
        assertThat(reason("FailoverReady")).isEqualTo("TooFewReachable");
    }

    @Test
    void aReplicaThatLacksWhatThePrimaryBeganWithDoesNotSucceedIt() {
        scene.dies("orders-1");
        scene.record();
        scene.status = scene.status.withBinlog(new BinlogCoordinates("binlog.000002", 158L, Scene.UUID_1 + ":1-12"));
        scene.later(Duration.ofMillis(100));
        scene.stopped("orders-2");
        scene.stopped("orders-3");

        scene.record();

        assertThat(phase()).isEqualTo(Transition.Phase.Fencing);
    }

    @Test
    void withoutAcknowledgementsNothingIsDone() {
        scene.status = scene.status.withAcksRequired(0);
        scene.dies("orders-1");

        scene.record();

        assertThat(scene.status.transition()).isNull();
        assertThat(reason("FailoverReady")).isEqualTo("NotDurable");
    }

    @Test
    void whereItIsNotAutomaticAPersonDecides() {
        scene.automatic = false;
        scene.dies("orders-1");

        scene.record();
        assertThat(scene.status.transition()).isNull();
        assertThat(reason("PrimaryAvailable")).isEqualTo("FailoverNotAutomatic");

        scene.promote = Optional.of("orders-2");
        scene.record();
        assertThat(phase()).isEqualTo(Transition.Phase.Fencing);
    }

    @Test
    void aPrimaryWhosePodWaitsForANodeIsLost() {
        scene.dies("orders-1");
        scene.pending("orders-1");

        scene.record();

        assertThat(phase()).isEqualTo(Transition.Phase.Fencing);
    }

    @Test
    void theDelayOfAPrimaryWithoutAPodCountsFromTheCondition() {
        scene.delay = "10s";
        scene.dies("orders-1");
        scene.pending("orders-1");
        scene.record();
        scene.status = scene.status.withConditions(Conditions.of(scene.seen()));
        assertThat(scene.status.transition()).isNull();

        scene.later(Duration.ofSeconds(11));
        scene.server("orders-2", state -> state);
        scene.server("orders-3", state -> state);
        scene.record();

        assertThat(phase()).isEqualTo(Transition.Phase.Fencing);
    }

    @Test
    void whatAReplicaSaidLongAgoIsNoProofThatAPodIsGone() {
        scene.dies("orders-1");
        scene.pending("orders-1");
        scene.later(Duration.ofSeconds(5));

        scene.record();

        assertThat(scene.status.transition()).isNull();
    }

    @Test
    void aRequestForNobodyBeginsNothing() {
        scene.automatic = false;
        scene.dies("orders-1");
        scene.promote = Optional.of("nobody");

        Plan plan = scene.record();

        assertThat(scene.status.transition()).isNull();
        assertThat(plan.actions()).contains(new Action.ConsumePromote("nobody"));
    }

    @Test
    void aRequestThatCantBeMetWithoutLossIsRefused() {
        scene.dies("orders-1");
        scene.status = scene.status.withBinlog(new BinlogCoordinates("binlog.000002", 158L, Scene.UUID_1 + ":1-12"));
        scene.promote = Optional.of("orders-2");

        Plan plan = scene.record();

        assertThat(scene.status.transition()).isNull();
        assertThat(plan.actions())
                .contains(new Action.ConsumePromote("orders-2"))
                .anyMatch(action -> action instanceof Action.Tell tell && tell.kind() == EventKind.PromoteRefused);
    }

    @Test
    void aSwitchoverWhosePrimaryDiesIsGivenUpWhereAPersonDecides() {
        scene.automatic = false;
        scene.server("orders-1", state -> Scene.beating(state, scene.now));
        scene.server("orders-2", state -> Scene.beating(state, scene.now));
        scene.promote = Optional.of("orders-2");
        scene.record();
        assertThat(phase()).isEqualTo(Transition.Phase.Closing);
        scene.promote = Optional.empty();
        scene.dies("orders-1");

        scene.record();

        assertThat(scene.status.transition()).isNull();
        assertThat(reason("PrimaryAvailable")).isEqualTo("FailoverNotAutomatic");
    }

    @Test
    void whereNobodyHoldsAllItIsGivenUpAndSaid() {
        scene.dies("orders-1");
        scene.record();
        scene.status = scene.status.withBinlog(new BinlogCoordinates("binlog.000002", 158L, Scene.UUID_1 + ":1-12"));
        scene.later(Duration.ofSeconds(6));
        scene.stopped("orders-2");
        scene.stopped("orders-3");

        scene.record();

        assertThat(scene.status.transition()).isNull();
        assertThat(reason("FailoverReady")).isEqualTo("Incomplete");
        scene.dies("orders-1");
        scene.record();
        assertThat(scene.status.transition()).isNull();
        assertThat(reason("PrimaryAvailable")).isEqualTo("Incomplete");
    }

    @Test
    void replicasServeReadsWhileThePrimaryIsReplaced() {
        scene.dies("orders-1");
        scene.record();
        scene.stopped("orders-2");
        assertThat(scene.plan().actions()).noneMatch(this::takesReadsFromAReplica);

        scene.server("orders-3", state -> state.withChannel(Optional.empty()));
        assertThat(scene.plan().actions()).noneMatch(this::takesReadsFromAReplica);
    }

    private boolean takesReadsFromAReplica(Action action) {
        return action instanceof Action.LabelPod label
                && !label.instance().equals("orders-1")
                && !label.labels().servesReads();
    }

    @Test
    void theWriteEndpointLeavesAFormerPrimaryWhosePodIsBeingDeleted() {
        scene.dies("orders-1");
        scene.deleting("orders-1");
        scene.record();

        assertThat(scene.plan().actions())
                .contains(new Action.LabelPod(
                        "orders-1", "pod-1", new RoleLabels(Optional.of(InstanceRole.Primary), false, false)));
    }

    @Test
    void anEmptyServerInItsPlaceIsALoss() {
        ServerState before = scene.view("orders-1").state().orElseThrow();
        scene.dies("orders-1");
        scene.answer(
                "orders-1",
                new ServerView.Answering(
                        scene.now,
                        before.with(its -> its.serverUuid("55555555-5555-5555-5555-555555555555")
                                .gtidExecuted(GtidSet.EMPTY)
                                .readOnly(true)
                                .superReadOnly(true))));

        scene.record();

        assertThat(phase()).isEqualTo(Transition.Phase.Fencing);
    }

    @Test
    void aPlannedChangeWaitsForTheClosedPrimarysLastTransaction() {
        scene.server("orders-1", state -> Scene.beating(state, scene.now));
        scene.server("orders-2", state -> Scene.beating(state, scene.now));
        scene.promote = Optional.of("orders-2");
        scene.record();
        assertThat(phase()).isEqualTo(Transition.Phase.Closing);
        assertThat(scene.plan().actions()).contains(new Action.CloseServer("orders-1"));

        scene.later(Duration.ofMillis(100));
        scene.server("orders-1", Scene::closed);
        scene.server("orders-1", state -> Scene.at(state, "binlog.000002", 1100, Scene.UUID_1 + ":1-11", ""));
        scene.record();
        assertThat(phase()).isEqualTo(Transition.Phase.CatchingUp);
        scene.record();
        assertThat(phase()).isEqualTo(Transition.Phase.CatchingUp);

        scene.received("orders-2", 1100, "1-11", "1-11");
        scene.record();
        assertThat(phase()).isEqualTo(Transition.Phase.Promoting);
        assertThat(scene.status.primary()).isEqualTo("orders-2");
        assertThat(scene.status.acknowledging()).containsExactlyInAnyOrder("orders-1", "orders-3");
    }

    private String reason(String condition) {
        return Conditions.of(scene.seen()).stream()
                .filter(each -> each.getType().equals(condition))
                .findFirst()
                .orElseThrow()
                .getReason();
    }

    private Transition transition() {
        return Optional.ofNullable(scene.status.transition()).orElseThrow();
    }

    private Transition.Phase phase() {
        return transition().phase();
    }
}
