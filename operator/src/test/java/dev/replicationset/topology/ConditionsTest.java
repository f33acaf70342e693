package dev.replicationset.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.ServerState.SemiSync;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    @Test
    void aHealthySetIsReady() {
        assertThat(condition(Scene.healthy(), "Ready").getReason()).isEqualTo("AllGood");
        assertThat(condition(Scene.healthy(), "Ready").getMessage())
                .isEqualTo("orders-1 is open for writes, 2 replicas serve reads");
    }

    @Test
    void aPrimaryThatNoEndpointLeadsToIsNotAvailable() {
        Scene scene = Scene.healthy();
        scene.labels("orders-1", RoleLabels.NONE);

        assertThat(condition(scene, "PrimaryAvailable").getReason()).isEqualTo("PrimaryReadOnly");
        assertThat(condition(scene, "Ready").getStatus()).isEqualTo("False");
    }

    @Test
    void aPrimaryWhoseCommitsWaitIsNotAvailable() {
        Scene scene = Scene.durable();
        scene.server("orders-1", state -> state.withSemiSync(Optional.of(new SemiSync(true, 1, 0, 4, false, false))));

        assertThat(condition(scene, "PrimaryAvailable").getReason()).isEqualTo("WaitingForAcknowledgements");
        assertThat(condition(scene, "PrimaryAvailable").getMessage()).contains("1 replicas have to acknowledge");
    }

    /** Its connection is there, but it acknowledges nothing. */
    @Test
    void commitsThatWaitForFrozenReplicasAreTold() {
        Scene scene = Scene.durable();
        for (String replica : List.of("orders-2", "orders-3")) {
            scene.answer(replica, new ServerView.Unreachable(ServerView.Cause.TimedOut, scene.now, 9, "no answer"));
        }
        assertThat(condition(scene, "PrimaryAvailable").getStatus()).isEqualTo("True");

        scene.server("orders-1", state -> state.withSemiSync(Optional.of(new SemiSync(true, 1, 2, 4, false, false))));
        assertThat(condition(scene, "PrimaryAvailable").getReason()).isEqualTo("WaitingForAcknowledgements");
    }

    @Test
    void aFailureIsTheReasonWhyASetIsNotMade() {
        Scene scene = new Scene();
        scene.record();
        scene.drift = Set.of(new ObjectRef("Service", "orders-primary"));
        scene.failures.put("ApplyObjects", failure("Service/orders-primary exists and is not this set's"));

        Condition ready = condition(scene, "Ready");

        assertThat(ready.getReason()).isEqualTo("ActionFailed");
        assertThat(ready.getMessage())
                .startsWith("Service/orders-primary exists and is not this set's")
                .contains("orders-1 is starting");
    }

    @Test
    void whatAPersonMustMendGoesBeforeAFailure() {
        Scene scene = new Scene();
        scene.volume(2, InstanceRole.Replica, 1, false);
        scene.failures.put("ApplyObjects", failure("refused"));

        assertThat(condition(scene, "Ready").getReason()).isEqualTo("PrimaryUnknown");
    }

    @Test
    void anActionThatIsOnlyRepeatedIsNoFailure() {
        Scene scene = Scene.healthy();
        scene.failures.put("StartReplication/orders-2", failure(""));

        assertThat(condition(scene, "Ready").getReason()).isEqualTo("AllGood");
    }

    private static Observation.Failure failure(String message) {
        return new Observation.Failure(1, Instant.EPOCH, message, 0);
    }

    private static Condition condition(Scene scene, String type) {
        return Conditions.of(scene.seen()).stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
