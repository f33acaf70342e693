package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Positioning;
import dev.replicationset.api.Reclones;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.IoThread;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps configured replicas following the primary, and reacts to the errors that stop them. No transaction is ever
 * skipped: a replica that has diverged is copied anew, at most {@value #RECLONE_BUDGET} times a day each and one at a
 * time, and only while the primary is open and they have a history in common, so that the last good copy is never given up.
 */
final class ReplicationRule implements Rule {
    static final int RECLONE_BUDGET = 3;
    static final Duration RECLONE_WINDOW = Duration.ofDays(1);

    private static final int TRIES_BEFORE_A_COPY = 3;
    static final String LOST_TRACK = "it can't keep track of a replication channel";

    @Override
    public Next apply(Observation seen, Draft draft) {
        seen.source().ifPresent(source -> keepAll(seen, draft, source));
        return Next.GO_ON;
    }

    private static void keepAll(Observation seen, Draft draft, ServerState source) {
        for (InstanceView view : seen.replicas()) {
            InstanceStatus member = seen.status().instance(view.name()).orElseThrow();
            if (member.seeding() == null && !leaves(seen, draft, member)) {
                view.state()
                        .ifPresent(state -> state.channel()
                                .ifPresent(channel -> keep(seen, draft, source, member, state, channel)));
            }
        }
    }

    /**
     * Whether this plan drops it from those that may acknowledge, at its end. Until then it is one of them, and would
     * acknowledge if its IO thread was started now.
     */
    static boolean leaves(Observation seen, Draft draft, InstanceStatus member) {
        boolean leaves = seen.status().acknowledging().contains(member.name())
                && !draft.intended().acknowledging().contains(member.name());
        if (leaves) {
            draft.lookWithin(Duration.ofSeconds(1));
        }
        return leaves;
    }

    private static void keep(
            Observation seen,
            Draft draft,
            ServerState source,
            InstanceStatus member,
            ServerState state,
            Channel channel) {
        if (!follows(seen, seen.primary().orElseThrow().name(), channel)) {
            follow(seen, draft, source, member, state);
            return;
        }
        GtidSet errant = History.errant(source, state);
        if (!errant.isEmpty()) {
            copyAnew(seen, draft, source, member, state, "it holds transactions the primary does not have: " + errant);
        } else if (!ReplicationReaction.to(channel).equals(ReplicationReaction.NONE)) {
            react(seen, draft, source, member, state, channel);
        } else if (channel.ioThread() == IoThread.No || !channel.sqlThread()) {
            start(seen, draft, source, member, state, channel);
        }
    }

    /** Where MySQL can't read its record of the channel, starting it fails, and shows an error nowhere else. */
    private static void start(
            Observation seen,
            Draft draft,
            ServerState source,
            InstanceStatus member,
            ServerState state,
            Channel channel) {
        Action start = new Action.StartReplication(member.name(), seen.status().epoch());
        if (failedWithoutTrack(seen, start, 1)) {
            attachAnew(seen, draft, source, member, state, channel);
        } else {
            draft.act(start);
        }
    }

    /** Whether the channel is configured as the operator does it, with this instance as its source. */
    static boolean follows(Observation seen, String source, Channel channel) {
        return channel.sourceHost().equals(ServerAddress.clientHost(seen.id(), source))
                && channel.sourcePort() == ServerAddress.CLIENT_PORT
                && (channel.autoPosition() || seen.spec().replication().positioning() != Positioning.GTID);
    }

    /** Another source than the primary is configured, or the same one in another way. */
    private static void follow(
            Observation seen, Draft draft, ServerState source, InstanceStatus member, ServerState state) {
        if (votes(seen, draft, member)) {
            return;
        }
        Optional<BinlogCoordinates> at = History.attachableAt(seen, source, state, member);
        if (at.isPresent() && seen.spec().replication().positioning() == Positioning.GTID) {
            SeedingRule.intendAttach(seen, draft, member, at.get());
        } else {
            copyAnew(
                    seen,
                    draft,
                    source,
                    member,
                    state,
                    "it follows another source, or not by GTIDs, and can't be moved");
        }
    }

    private static void react(
            Observation seen,
            Draft draft,
            ServerState source,
            InstanceStatus member,
            ServerState state,
            Channel channel) {
        ReplicationReaction reaction = ReplicationReaction.to(channel);
        String name = member.name();
        long epoch = seen.status().epoch();
        switch (reaction.kind()) {
            case WAIT, ALERT -> {}
            case REFRESH_CREDENTIALS -> {
                seen.primary().ifPresent(primary -> draft.act(new Action.SyncAccounts(primary.name())));
                draft.act(new Action.RefreshCredentials(name, epoch));
            }
            case RESTART_IO -> draft.act(new Action.RestartIoThread(name, epoch));
            case START -> draft.act(new Action.StartReplication(name, epoch));
            case RESET_RELAY_LOGS -> {
                if (!votes(seen, draft, member)) {
                    draft.act(new Action.ResetRelayLogs(name, epoch));
                }
            }
            case ATTACH_ANEW -> attachAnew(seen, draft, source, member, state, channel);
            case RECLONE -> copyAnew(seen, draft, source, member, state, describe(channel));
        }
    }

    /**
     * Only GTIDs tell what was executed once the channel's own record of it is lost. What can't be attached any more is
     * copied: the tables come along.
     */
    private static void attachAnew(
            Observation seen,
            Draft draft,
            ServerState source,
            InstanceStatus member,
            ServerState state,
            Channel channel) {
        if (votes(seen, draft, member)) {
            return;
        }
        if (seen.spec().replication().positioning() == Positioning.GTID && !unattachable(seen, member)) {
            seen.primary()
                    .ifPresent(primary -> draft.act(new Action.Attach(
                            member.name(), primary.name(), seen.status().epoch(), new Action.Start.AutoPosition())));
        } else {
            String error = describe(channel);
            copyAnew(seen, draft, source, member, state, error.isEmpty() ? LOST_TRACK : error);
        }
    }

    /** Whether the channel can't be configured, however often it is tried. */
    static boolean unattachable(Observation seen, InstanceStatus member) {
        Action attach = new Action.Attach(member.name(), "", 0, new Action.Start.AutoPosition());
        return failedWithoutTrack(seen, attach, TRIES_BEFORE_A_COPY);
    }

    private static boolean failedWithoutTrack(Observation seen, Action action, int times) {
        Observation.Failure failure = seen.failures().get(action.key());
        return failure != null && failure.times() >= times && ReplicationReaction.channelsBroken(failure.errorNumber());
    }

    private static String describe(Channel channel) {
        ServerState.ReplicationError error = channel.sqlError().present() ? channel.sqlError() : channel.ioError();
        return error.present() ? "error " + error : "";
    }

    /**
     * Replaces all data of a replica, within the budget and one at a time.
     *
     * @param evidence why, for people
     */
    static void copyAnew(
            Observation seen,
            Draft draft,
            ServerState source,
            InstanceStatus member,
            ServerState state,
            String evidence) {
        if (History.strangers(source, state) || votes(seen, draft, member)) {
            return;
        }
        if (anotherOne(seen, draft, member) || !source.writable()) {
            draft.lookWithin(Duration.ofSeconds(2));
            return;
        }
        Optional<Reclones> spent = spent(seen, member);
        Optional<Reclones> exhausted = spent.filter(ReplicationRule::exhausted);
        if (exhausted.isPresent()) {
            draft.lookAt(windowEnd(exhausted.get()));
            return;
        }
        draft.donors()
                .take(1)
                .ifPresentOrElse(
                        donor -> {
                            Reclones reclones = new Reclones(
                                    spent.map(Reclones::count).orElse(0) + 1,
                                    spent.map(Reclones::since).orElse(seen.now().toString()),
                                    evidence);
                            InstanceStatus counted = member.withReclones(reclones);
                            draft.intend(status -> status.with(counted));
                            SeedingRule.intendClone(seen, draft, counted, state, donor);
                            draft.tell(
                                    EventKind.ReplicaDiverged,
                                    member.name(),
                                    "%s can't go on: %s. Its data is replaced by a copy of %s (%d of %d within a day)"
                                            .formatted(
                                                    member.name(), evidence, donor, reclones.count(), RECLONE_BUDGET));
                        },
                        () -> draft.lookWithin(Duration.ofSeconds(5)));
    }

    /**
     * Whether it is still one of those that may acknowledge. What such a one has received may be all there is of an
     * acknowledged write, so it gives up nothing before it has left them ({@link AcknowledgingRule}).
     */
    static boolean votes(Observation seen, Draft draft, InstanceStatus member) {
        boolean votes = seen.status().acknowledging().contains(member.name());
        if (votes) {
            draft.lookWithin(Duration.ofSeconds(1));
        }
        return votes;
    }

    /** One that is away doesn't hold up the others. */
    private static boolean anotherOne(Observation seen, Draft draft, InstanceStatus member) {
        return draft.intended().instances().stream()
                .filter(other -> other.reclones() != null && other.seeding() != null)
                .filter(other -> !other.name().equals(member.name()))
                .anyMatch(other -> Optional.ofNullable(seen.instances().get(other.name()))
                        .filter(InstanceView::answers)
                        .isPresent());
    }

    /** Whether a diverged replica has used up its copies of the day. */
    static boolean budgetSpent(Observation seen, InstanceStatus member) {
        return spent(seen, member).filter(ReplicationRule::exhausted).isPresent();
    }

    private static boolean exhausted(Reclones reclones) {
        return reclones.count() >= RECLONE_BUDGET;
    }

    /** The copies that count against its budget still. */
    private static Optional<Reclones> spent(Observation seen, InstanceStatus member) {
        return Optional.ofNullable(member.reclones())
                .filter(reclones -> seen.now().isBefore(windowEnd(reclones)));
    }

    private static Instant windowEnd(Reclones reclones) {
        return Instant.parse(reclones.since()).plus(RECLONE_WINDOW);
    }
}
