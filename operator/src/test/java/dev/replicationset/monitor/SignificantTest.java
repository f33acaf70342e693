package dev.replicationset.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import dev.replicationset.topology.ServerView;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SignificantTest {
    @Test
    void whatMovesByItselfIsNot() {
        assertThat(of(States.primary().later().state()))
                .isEqualTo(of(States.primary().state()));
        assertThat(of(States.replica().later().state()))
                .isEqualTo(of(States.replica().state()));
    }

    @Test
    void positionsOfTheChannelAreNot() {
        assertThat(of(States.replica()
                        .with(States.channel(IoThread.Yes, true, 99_999, ReplicationError.NONE))
                        .state()))
                .isEqualTo(of(States.replica().state()));
    }

    @Test
    void theTextOfAnErrorIsNot() {
        assertThat(of(failing(new ReplicationError(2003, "retries: 5"))))
                .isEqualTo(of(failing(new ReplicationError(2003, "retries: 6"))));
    }

    @Test
    void bytesOfACloneAreNotButAreToldAsProgress() {
        ServerState half = cloning(CloneProgress.State.InProgress, "FILE COPY", 500);
        assertThat(of(half)).isEqualTo(of(cloning(CloneProgress.State.InProgress, "FILE COPY", 600)));
        assertThat(Significant.progress(answering(half))).contains(500L);
        assertThat(Significant.progress(answering(cloning(CloneProgress.State.Completed, "", 1000))))
                .isEmpty();
    }

    static Stream<ServerState> changes() {
        return Stream.of(
                States.replica().withSchema(false).state(),
                States.replica().withTransactions("").state(),
                States.primary().state(),
                failing(new ReplicationError(1062, "duplicate")),
                States.replica()
                        .with(States.channel(IoThread.Connecting, true, 700, ReplicationError.NONE))
                        .state(),
                States.replica()
                        .with(States.channel(IoThread.Yes, false, 700, ReplicationError.NONE))
                        .state(),
                cloning(CloneProgress.State.InProgress, "FILE COPY", 0),
                cloning(CloneProgress.State.Completed, "RECOVERY", 0));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void theseAre(ServerState changed) {
        assertThat(of(changed)).isNotEqualTo(of(States.replica().state()));
    }

    @Test
    void reachIs() {
        ServerView refused = new ServerView.Unreachable(ServerView.Cause.Refused, Instant.EPOCH, 1, "a");
        assertThat(Significant.of(refused, Optional.empty()))
                .isEqualTo(Significant.of(
                        new ServerView.Unreachable(ServerView.Cause.Refused, Instant.EPOCH, 7, "b"), Optional.empty()))
                .isNotEqualTo(Significant.of(
                        new ServerView.Unreachable(ServerView.Cause.TimedOut, Instant.EPOCH, 1, "a"), Optional.empty()))
                .isNotEqualTo(Significant.NOTHING)
                .isNotEqualTo(of(States.replica().state()));
    }

    @Test
    void latenessIs() {
        ServerView view = answering(States.replica().state());
        assertThat(Significant.of(view, Optional.of(true))).isNotEqualTo(Significant.of(view, Optional.of(false)));
    }

    private static ServerState failing(ReplicationError error) {
        return States.replica()
                .with(States.channel(IoThread.Yes, false, 700, error))
                .state();
    }

    private static ServerState cloning(CloneProgress.State state, String stage, long bytes) {
        return States.replica().with(States.clone(state, stage, bytes)).state();
    }

    private static ServerView answering(ServerState state) {
        return new ServerView.Answering(Instant.EPOCH, state);
    }

    private static Significant of(ServerState state) {
        return Significant.of(answering(state), Optional.empty());
    }
}
