package dev.replicationset.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void outsideAClusterNothingNeedsToBeSet() {
        assertThat(Settings.from(Map.of())).isEqualTo(new Settings(Set.of(), "", "", false, 8080, 16));
    }

    @Test
    void readsAll() {
        assertThat(Settings.from(Map.of(
                        "WATCH_NAMESPACES", " team-a, @own,,team-b ",
                        "POD_NAME", "operator-1",
                        "POD_NAMESPACE", "system",
                        "LEADER_ELECTION", "TRUE",
                        "HTTP_PORT", "9000",
                        "RECONCILE_THREADS", "4",
                        "LOG_LEVEL", "DEBUG")))
                .isEqualTo(new Settings(Set.of("team-a", "team-b", "system"), "operator-1", "system", true, 9000, 4));
    }

    @Test
    void inAClusterThereIsLeaderElection() {
        Settings settings = Settings.from(
                Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "POD_NAME", "operator-1", "POD_NAMESPACE", "system"));
        assertThat(settings.leaderElection()).isTrue();
    }

    @Test
    void leaderElectionNeedsToKnowThePod() {
        assertThatThrownBy(() -> Settings.from(Map.of("LEADER_ELECTION", "true")))
                .isInstanceOf(Settings.Invalid.class)
                .hasMessageContaining("POD_NAME is missing")
                .hasMessageContaining("POD_NAMESPACE is missing");
    }

    @Test
    void tellsEveryWrongVariable() {
        assertThatThrownBy(() -> Settings.from(Map.of(
                        "WATCH_NAMESPACES", "Team A,@own",
                        "LEADER_ELECTION", "yes",
                        "HTTP_PORT", "70000",
                        "RECONCILE_THREADS", "many",
                        "LOG_LEVEL", "loud")))
                .hasMessageContaining("WATCH_NAMESPACES has 'Team A', which is no name of a namespace")
                .hasMessageContaining("WATCH_NAMESPACES is '@own', but POD_NAMESPACE")
                .hasMessageContaining("LEADER_ELECTION is 'yes': use true or false")
                .hasMessageContaining("HTTP_PORT is '70000': use a number from 0 to 65535")
                .hasMessageContaining("RECONCILE_THREADS is 'many': use a number from 1 to 1000")
                .hasMessageContaining("LOG_LEVEL is 'loud': use one of trace, debug");
    }
}
