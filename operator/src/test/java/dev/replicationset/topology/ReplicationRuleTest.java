package dev.replicationset.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Positioning;
import dev.replicationset.api.Seeding;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is planned for a replica that doesn't follow as it should. */
class ReplicationRuleTest {
    private static final String NAME = "orders-2";
    private static final ReplicationError UNTRACKED = new ReplicationError(13124, "applier metadata structure");

    private final Scene scene = Scene.healthy();

    @ParameterizedTest
    @CsvSource({"elsewhere, 3306, true", "orders-1-0.orders-instances.shop.svc, 3307, true"})
    void anotherSourceIsLeftForThePrimary(String host, int port, boolean auto) {
        showsChannel(Scene.channel()
                .with(its -> its.sourceHost(host).sourcePort(port).autoPosition(auto)));
        assertThat(isAttachedFromScratch()).isTrue();
    }

    @Test
    void aChannelWithoutAutoPositionIsConfiguredAnew() {
        showsChannel(Scene.channel().withAutoPosition(false));
        assertThat(isAttachedFromScratch()).isTrue();

        scene.positioning = Positioning.FilePosition;
        scene.status = scene.status.with(member().seeded());
        assertThat(scene.record().actions()).noneMatch(Action.Attach.class::isInstance);
        assertThat(member().seeding()).isNull();
    }

    @Test
    void aChannelThatLostTrackIsAttachedAnew() {
        showsChannel(Scene.channel(IoThread.No, false, ReplicationError.NONE, UNTRACKED));
        assertThat(scene.plan().actions())
                .contains(new Action.Attach(NAME, "orders-1", 1, new Action.Start.AutoPosition()));
    }

    /** No thread tells what the statement said. */
    @ParameterizedTest
    @EnumSource(Positioning.class)
    void aChannelThatCantBeStartedIsAttachedAnewOrCopied(Positioning positioning) {
        scene.positioning = positioning;
        boolean gtid = positioning == Positioning.GTID;
        showsChannel(Scene.channel(IoThread.No, false, ReplicationError.NONE, ReplicationError.NONE)
                .withAutoPosition(gtid));
        Action start = new Action.StartReplication(NAME, 1);
        Action attach = new Action.Attach(NAME, "orders-1", 1, new Action.Start.AutoPosition());
        assertThat(scene.plan().actions()).contains(start);

        scene.failures.put(start.key(), new Observation.Failure(1, scene.now, "refused", 1201));
        Plan plan = scene.record();
        assertThat(plan.actions()).doesNotContain(start);
        assertThat(plan.actions().contains(attach)).isEqualTo(gtid);
        assertThat(member().seeding() != null).isNotEqualTo(gtid);
    }

    @ParameterizedTest
    @CsvSource({"1794, 3, true", "1146, 4, true", "1794, 2, false", "1045, 9, false", "0, 9, false"})
    void aChannelThatCantBeConfiguredIsCopied(int error, int times, boolean copied) {
        showsChannel(Scene.channel(IoThread.No, false, ReplicationError.NONE, UNTRACKED));
        attachingFailed(error, times);
        scene.record();
        assertThat(member().seeding() != null).isEqualTo(copied);
        assertThat(member().reclones() != null).isEqualTo(copied);
    }

    @Test
    void withoutAChannelAReplicaThatCantBeAttachedIsCopied() {
        scene.server(NAME, state -> Scene.with(state, Optional.empty()));
        scene.status = scene.status.with(member().withSeeding(attaching()));
        attachingFailed(1794, 3);
        scene.record();
        assertThat(seeding().attaching()).isTrue();

        scene.later(Duration.ofSeconds(10));
        scene.record();
        assertThat(seeding().attaching()).isFalse();
        assertThat(member().reclones()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Positioning.class)
    void withoutGtidsWhatWasExecutedIsNotKnownOnceTheRecordIsLost(Positioning positioning) {
        scene.positioning = positioning;
        boolean gtid = positioning == Positioning.GTID;
        showsChannel(Scene.channel(IoThread.No, false, ReplicationError.NONE, UNTRACKED)
                .withAutoPosition(gtid));
        scene.record();
        assertThat(member().seeding() == null).isEqualTo(gtid);
    }

    @Test
    void aFullVolumeIsToldAndLeftToMySql() {
        showsChannel(Scene.channel(IoThread.WaitingForSpace, true, ReplicationError.NONE, ReplicationError.NONE));
        assertThat(scene.plan().actions()).allMatch(Action.LabelPod.class::isInstance);
        assertThat(Conditions.of(scene.seen()))
                .anyMatch(condition -> condition.getReason().equals("ReplicationError")
                        && condition.getMessage().contains("its volume is full"));
    }

    private boolean isAttachedFromScratch() {
        scene.record();
        assertThat(seeding().attaching()).isTrue();
        return scene.plan().actions().contains(new Action.Attach(NAME, "orders-1", 1, new Action.Start.AutoPosition()));
    }

    private void showsChannel(Channel channel) {
        scene.server("orders-1", state -> Scene.at(state, "binlog.000002", 900, Scene.UUID_1 + ":1-9", ""));
        scene.server(NAME, state -> Scene.at(state, "binlog.000002", 900, Scene.UUID_1 + ":1-9", ""));
        scene.server(NAME, state -> Scene.with(state, Optional.of(channel)));
    }

    private void attachingFailed(int error, int times) {
        scene.failures.put("Attach/" + NAME, new Observation.Failure(times, scene.now, "refused", error));
    }

    private Seeding attaching() {
        return new Seeding("orders-1", 1, scene.now.toString(), null, Seeding.ATTACHING, null, null, null, null);
    }

    private InstanceStatus member() {
        return scene.status.instance(NAME).orElseThrow();
    }

    private Seeding seeding() {
        return Optional.ofNullable(member().seeding()).orElseThrow();
    }
}
