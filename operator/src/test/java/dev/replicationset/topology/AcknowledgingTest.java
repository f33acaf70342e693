package dev.replicationset.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.Durability;
import dev.replicationset.topology.ServerState.SemiSync;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** In which order the record of who acknowledges and the servers are changed. */
class AcknowledgingTest {
    private final Scene scene = Scene.durable();

    @Test
    void aDurableSetIsLeftAlone() {
        assertThat(scene.plan().actions()).noneMatch(AcknowledgingTest::changesWhoAcknowledges);
    }

    @Nested
    class Joining {
        @Test
        void isRecordedBeforeAReplicaIsMadeToAcknowledge() {
            alone("orders-2");

            assertThat(scene.plan().actions()).noneMatch(Action.Acknowledge.class::isInstance);
            scene.record();
            assertThat(scene.status.acknowledging()).containsExactly("orders-2", "orders-3");
            assertThat(scene.status.instance("orders-3").orElseThrow().acknowledgesFrom())
                    .isEqualTo("10.0.0.3");

            assertThat(scene.plan().actions()).contains(new Action.Acknowledge("orders-3", 1, true));
        }

        @Test
        void waitsUntilTheReplicaHasCaughtUp() {
            alone("orders-2");
            scene.server("orders-1", state -> Scene.beating(state, scene.now));
            scene.server("orders-3", state -> Scene.beating(state, scene.now.minusSeconds(20)));

            scene.record();

            assertThat(scene.status.acknowledging()).containsExactly("orders-2");
        }

        /** The heartbeat that the primary has written waits itself for the first one to join. */
        @Test
        void doesNotWaitForWhatThePrimaryItselfWaitsWith() {
            alone("orders-2");
            scene.server("orders-1", state -> Scene.beating(state, scene.now));
            scene.server(
                    "orders-3",
                    state -> state.withHeartbeat(Optional.of(new ServerState.Heartbeat(2, scene.now.plusSeconds(1)))));

            scene.record();

            assertThat(scene.status.acknowledging()).contains("orders-3");
        }

        @Test
        void oneThatWasLockedOutMayReceiveAgainAsSoonAsItAnswers() {
            alone("orders-2");
            scene.server(
                    "orders-3",
                    state -> state.withChannel(
                            state.channel().map(channel -> channel.withIoThread(ServerState.IoThread.Connecting))));
            scene.status = scene.status.with(
                    scene.status.instance("orders-3").orElseThrow().withBarred("10.0.0.3"));

            assertThat(scene.record().actions())
                    .contains(new Action.Unbar("orders-1", Scene.UUID_1, "orders-3", "10.0.0.3"));
            assertThat(scene.status.acknowledging()).containsExactly("orders-2");
            scene.server(
                    "orders-3",
                    state -> state.withChannel(
                            state.channel().map(channel -> channel.withIoThread(ServerState.IoThread.Yes))));
            scene.record();
            assertThat(scene.status.acknowledging()).contains("orders-3");
        }

        private void alone(String name) {
            String other = name.equals("orders-2") ? "orders-3" : "orders-2";
            scene.status = scene.status.with(its -> its.acknowledging(List.of(name)));
            scene.status =
                    scene.status.with(scene.status.instance(other).orElseThrow().silenced());
            scene.server(other, state -> state.withSemiSync(Optional.of(SemiSync.OFF)));
        }
    }

    @Nested
    class Leaving {
        /** Until the end of the plan it is one of those that may acknowledge. */
        @Test
        void oneThatIsDroppedIsNotStartedInTheSamePlan() {
            scene.replicas = 1;
            scene.later(Duration.ofMillis(100));
            scene.stopped("orders-3");
            scene.later(Duration.ofMillis(100));
            scene.server("orders-1", state -> state);
            scene.later(Duration.ofMillis(100));
            scene.received("orders-2", 1000, "1-10", "1-10");

            Plan plan = scene.record();

            assertThat(scene.status.acknowledging()).containsExactly("orders-2");
            assertThat(plan.actions()).noneMatch(Action.StartReplication.class::isInstance);
        }

        @Test
        void oneThatAnswersIsToldFirst() {
            scene.replicas = 1;
            assertThat(scene.record().actions()).contains(new Action.Acknowledge("orders-3", 1, false));
            assertThat(scene.status.acknowledging()).contains("orders-3");
        }

        @Test
        void oneThatCannotReachThePrimaryLeavesWhenWritesHangForIt() {
            scene.durability = Durability.Preferred;
            cutOff("orders-2");
            assertThat(AcknowledgingRule.leaving(scene.seen())).isEmpty();
            cutOff("orders-3");
            assertThat(AcknowledgingRule.leaving(scene.seen())).containsExactly("orders-2", "orders-3");
        }

        @Test
        void oneThatCannotReachThePrimaryStaysWhereWritesWouldHangAllTheSame() {
            cutOff("orders-2");
            cutOff("orders-3");
            assertThat(AcknowledgingRule.leaving(scene.seen())).isEmpty();
        }

        @Test
        void aPrimaryThatHasJustStartedIsGivenTimeToBeConnectedTo() {
            scene.durability = Durability.Preferred;
            cutOff("orders-2");
            cutOff("orders-3");
            scene.server("orders-1", state -> state.withUptimeSeconds(2));
            assertThat(AcknowledgingRule.leaving(scene.seen())).isEmpty();
        }

        private void cutOff(String name) {
            scene.server(
                    name,
                    state -> state.withChannel(state.channel()
                            .map(channel -> channel.with(its -> its.ioThread(ServerState.IoThread.Connecting)
                                    .ioError(new ServerState.ReplicationError(2003, "Can't connect"))))));
        }

        @Test
        void itIsDroppedWhenTheOthersHoldAllThatItHas() {
            scene.replicas = 1;
            scene.server("orders-3", state -> state.withSemiSync(Optional.of(SemiSync.OFF)));
            scene.received("orders-3", 1100, "1-11", "1-11");
            scene.later(Duration.ofMillis(300));
            scene.received("orders-2", 1000, "1-10", "1-10");
            scene.record();
            assertThat(scene.status.acknowledging()).contains("orders-3");

            scene.received("orders-2", 1100, "1-11", "1-10");
            scene.record();
            assertThat(scene.status.acknowledging()).containsExactly("orders-2");
            assertThat(scene.status.instance("orders-3"))
                    .as("it is removed after that")
                    .isPresent();
        }

        @Test
        void oneThatIsSilentIsLockedOutByThePrimaryFirst() {
            silent("orders-3");

            assertThat(scene.record().actions()).noneMatch(Action.Bar.class::isInstance);
            assertThat(scene.status.instance("orders-3").orElseThrow().barred()).isEqualTo("10.0.0.3");
            assertThat(scene.record().actions())
                    .contains(new Action.Bar("orders-1", Scene.UUID_1, "orders-3", "10.0.0.3"));
            assertThat(scene.status.acknowledging()).contains("orders-3");

            scene.server("orders-1", state -> state);
            scene.record();
            assertThat(scene.status.acknowledging())
                    .as("the other one was not seen to hold what the primary had logged by then")
                    .contains("orders-3");
            scene.later(Duration.ofMillis(300));
            scene.received("orders-2", 1000, "1-10", "1-10");
            scene.record();
            assertThat(scene.status.acknowledging()).containsExactly("orders-2");
        }

        @Test
        void oneThatAnswersBeforeItWasLockedOutForSureIsLetInAgain() {
            silent("orders-3");
            scene.record();
            scene.server("orders-2", state -> state);
            scene.running(3);
            scene.server("orders-3", state -> Scene.acknowledging(Scene.with(state, Optional.of(Scene.channel()))));

            assertThat(scene.record().actions())
                    .contains(new Action.Unbar("orders-1", Scene.UUID_1, "orders-3", "10.0.0.3"));
            assertThat(scene.status.instance("orders-3").orElseThrow().barred()).isNull();
            assertThat(scene.status.acknowledging()).contains("orders-3");
        }

        @Test
        void theLastOnesStayWhereNobodyIsLeftToAcknowledge() {
            silent("orders-2");
            silent("orders-3");

            scene.record();

            assertThat(scene.status.acknowledging()).containsExactly("orders-2", "orders-3");
            assertThat(scene.status.instances()).allMatch(member -> member.barred() == null);
        }

        @Test
        void nobodyLeavesWhileThePrimaryIsAway() {
            silent("orders-3");
            scene.answer("orders-1", new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 1, "no answer"));

            scene.record();

            assertThat(scene.status.acknowledging()).containsExactly("orders-2", "orders-3");
        }

        private void silent(String name) {
            scene.answer(name, new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 1, "no answer"));
            scene.later(Duration.ofSeconds(4));
        }
    }

    @Nested
    class Counting {
        @Test
        void aHigherCountIsSetBeforeItIsRecorded() {
            asks(2);
            assertThat(scene.record().actions()).contains(new Action.AwaitAcks("orders-1", Scene.UUID_1, 1, 2));
            assertThat(scene.status.acksRequired()).isEqualTo(1);

            force(2);
            scene.later(Duration.ofMillis(300));
            scene.received("orders-2", 1000, "1-10", "1-10");
            scene.record();
            assertThat(scene.status.acksRequired())
                    .as("one of two holds all that was logged")
                    .isEqualTo(1);

            scene.received("orders-3", 1000, "1-10", "1-9");
            scene.record();
            assertThat(scene.status.acksRequired()).isEqualTo(2);
        }

        @Test
        void aLowerCountIsRecordedBeforeItIsSet() {
            force(2);
            scene.status = scene.status.withAcksRequired(2);

            assertThat(scene.record().actions()).noneMatch(Action.AwaitAcks.class::isInstance);
            assertThat(scene.status.acksRequired()).isEqualTo(1);
            assertThat(scene.plan().actions()).contains(new Action.AwaitAcks("orders-1", Scene.UUID_1, 1, 1));
        }

        @Test
        void preferredWaitsForNobodyOnceThatIsRecorded() {
            scene.durability = Durability.Preferred;
            scene.status = scene.status.with(its -> its.acknowledging(List.of()).acksRequired(0));
            scene.server("orders-2", state -> state.withChannel(Optional.empty()));
            scene.server("orders-3", state -> state.withChannel(Optional.empty()));

            assertThat(scene.plan().actions()).contains(new Action.AwaitAcks("orders-1", Scene.UUID_1, 1, 0));
        }

        @Test
        void requiredGoesOnWaiting() {
            scene.status = scene.status.with(its -> its.acknowledging(List.of()).acksRequired(0));
            scene.server("orders-2", state -> state.withChannel(Optional.empty()));
            scene.server("orders-3", state -> state.withChannel(Optional.empty()));

            assertThat(scene.plan().actions()).noneMatch(Action.AwaitAcks.class::isInstance);
        }

        private void asks(int acks) {
            scene.acksRequired = acks;
        }

        private void force(int acks) {
            scene.server(
                    "orders-1", state -> state.withSemiSync(Optional.of(new SemiSync(true, acks, 2, 0, false, false))));
        }
    }

    /** What one of these has received may be all there is of an acknowledged write. */
    @Test
    void oneThatAcknowledgesGivesNothingUpBeforeItHasLeft() {
        scene.server(
                "orders-3",
                state -> Scene.with(
                        Scene.acknowledging(state),
                        Optional.of(Scene.channel(
                                ServerState.IoThread.Yes,
                                false,
                                ServerState.ReplicationError.NONE,
                                new ServerState.ReplicationError(13121, "Relay log read failure")))));

        Plan plan = scene.plan();

        assertThat(plan.actions()).noneMatch(Action.ResetRelayLogs.class::isInstance);
        assertThat(plan.actions()).contains(new Action.Acknowledge("orders-3", 1, false));
    }

    static boolean changesWhoAcknowledges(Action action) {
        return switch (action) {
            case Action.AwaitAcks a -> true;
            case Action.Acknowledge a -> true;
            case Action.Bar a -> true;
            case Action.Unbar a -> true;
            case Action.RecordIntent a -> true;
            default -> false;
        };
    }
}
