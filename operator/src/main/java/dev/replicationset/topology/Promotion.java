package dev.replicationset.topology;

import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.api.Transition;
import dev.replicationset.api.Transition.Phase;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.SemiSync;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * From the point of no return to the end of a change of primary. Its record names the new primary with its epoch, who may
 * acknowledge to it, and what it holds at that moment: whoever succeeds it later must hold that, too. Nothing has been done
 * to a server yet. From there it only goes forward:
 *
 * <ol>
 *   <li>The new primary, still read-only, becomes a source whose commits will wait for as many as are recorded, and locks
 *       out whoever may acknowledge without being recorded.
 *   <li>The others attach to it once they have applied what they received, since that is dropped then.
 *   <li>As soon as enough of them acknowledge it is opened; the write endpoint follows.
 * </ol>
 *
 * <p>If the new primary is lost on the way, another failover follows, under the same conditions as ever.
 */
final class Promotion {
    /** So long it is waited for acknowledging replicas before the opening; writes wait for them then. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Promotion() {}

    /** The point of no return: recorded in one write. */
    static void begin(Observation seen, Draft draft, Transition transition, InstanceView to, ServerState state) {
        List<InstanceView> voters = voters(seen, to, state);
        List<String> reached = voters.stream().map(InstanceView::name).toList();
        int acks = Quorum.recordable(seen, reached);
        List<String> names =
                Stream.concat(reached.stream(), twofold(seen, to, reached)).toList();
        draft.intend(status -> {
            MySQLReplicationSetStatus next = status.withPrimary(to.name(), transition.epoch(), status.lastNumber())
                    .with(its -> its.binlog(state.binlog())
                            .acknowledging(names)
                            .acksRequired(acks)
                            .transition(transition.with(change -> change.phase(Phase.Promoting)
                                    .since(seen.now().toString()))));
            return next.withInstances(next.instances().stream()
                    .map(member -> member(seen, member, to, state, voters))
                    .toList());
        });
    }

    private static InstanceStatus member(
            Observation seen, InstanceStatus member, InstanceView to, ServerState state, List<InstanceView> voters) {
        if (member.name().equals(to.name())) {
            return member.withSource(null, null, null)
                    .with(its -> its.acknowledgesFrom(null)
                            .barred(null)
                            .serverUuid(state.serverUuid())
                            .seeding(null));
        }
        Optional<InstanceView> voter = voters.stream()
                .filter(view -> view.name().equals(member.name()))
                .findFirst();
        return voter.map(view -> lockedOutElsewhere(member, view)
                        .withSource(
                                to.name(), state.binlog().file(), state.binlog().position())
                        .with(its -> its.acknowledgesFrom(view.address().orElse(null))
                                .serverUuid(view.state()
                                        .map(ServerState::serverUuid)
                                        .orElse(member.serverUuid()))))
                .orElseGet(() -> outsider(seen, member));
    }

    /** Where a pod that came before its present one is, if anywhere. */
    private static InstanceStatus lockedOutElsewhere(InstanceStatus member, InstanceView view) {
        boolean here = view.address().filter(ip -> ip.equals(member.barred())).isPresent();
        return member.with(its -> its.acknowledgesFrom(null).barred(here ? null : member.barred()));
    }

    /**
     * One that is not to acknowledge to the new primary. Unless it is seen to be unable to, it may come back and do so, where
     * it followed the new primary in an earlier epoch: the new primary locks it out before it is opened.
     */
    private static InstanceStatus outsider(Observation seen, InstanceStatus member) {
        Optional<InstanceView> stopped =
                Optional.ofNullable(seen.instances().get(member.name())).filter(TransitionRule::stopped);
        if (stopped.isPresent()) {
            return lockedOutElsewhere(member, stopped.get());
        }
        return member.acknowledgesFrom() == null || member.barred() != null
                ? member
                : member.with(its -> its.acknowledgesFrom(null).barred(member.acknowledgesFrom()));
    }

    /** Those that can't be locked out, since an address of an earlier pod of theirs is already. */
    private static Stream<String> twofold(Observation seen, InstanceView to, List<String> reached) {
        return seen.status().instances().stream()
                .filter(member -> !member.name().equals(to.name()) && !reached.contains(member.name()))
                .filter(member -> outsider(seen, member).acknowledgesFrom() != null)
                .map(InstanceStatus::name);
    }

    /** Those that can attach to it as they are: it holds all that they hold. */
    private static List<InstanceView> voters(Observation seen, InstanceView to, ServerState state) {
        if (Quorum.wanted(seen, 1) == 0) {
            return List.of();
        }
        return seen.members().stream()
                .filter(view -> !view.name().equals(to.name()) && view.answers())
                .filter(view -> view.pod()
                        .filter(pod -> !pod.deleting() && !pod.ip().isEmpty())
                        .isPresent())
                .filter(view -> seen.status()
                        .instance(view.name())
                        .map(InstanceStatus::seeding)
                        .isEmpty())
                .filter(view -> !MembershipRule.going(seen).contains(view.name()))
                .filter(view ->
                        view.state().filter(its -> attachable(its, state)).isPresent())
                .toList();
    }

    private static boolean attachable(ServerState replica, ServerState primary) {
        return !replica.writable()
                && !replica.gtidExecuted().isEmpty()
                && replica.semiSync().filter(its -> its.waiting() > 0).isEmpty()
                && replica.channel()
                        .filter(channel -> channel.sqlError().present())
                        .isEmpty()
                && Reception.of(replica).isSubsetOf(Reception.of(primary))
                && primary.gtidPurged().isSubsetOf(replica.gtidExecuted());
    }

    static void goOn(Observation seen, Draft draft, Transition transition) {
        if (PrimaryLoss.of(seen).filter(PrimaryLoss::lost).isPresent() && readyAgain(seen)) {
            FailoverRule.begin(seen, draft);
            return;
        }
        Optional<InstanceView> primary = seen.primary();
        Optional<ServerState> state = seen.source();
        if (primary.isEmpty() || state.isEmpty()) {
            return;
        }
        new VolumeRecordRule().apply(seen, draft);
        int acks = acks(seen);
        boolean source = state.get().channel().isEmpty()
                && state.get().semiSync().map(SemiSync::acksInForce).orElse(0) >= acks;
        if (!source && !state.get().writable()) {
            draft.act(new Action.Promote(
                    primary.get().name(),
                    state.get().serverUuid(),
                    seen.status().epoch(),
                    acks));
            return;
        }
        seen.status().acknowledging().forEach(name -> attach(seen, draft, primary.get(), name));
        boolean enough = state.get().semiSync().map(SemiSync::clients).orElse(0)
                >= seen.status().acksRequired();
        boolean waited = !seen.now().isBefore(Instant.parse(transition.since()).plus(PATIENCE));
        if (state.get().writable() || enough || waited) {
            new PrimaryRule().apply(seen, draft);
        }
        boolean led =
                primary.get().pod().filter(pod -> pod.labels().servesWrites()).isPresent();
        if (state.get().writable() && state.get().schemaReady() && led) {
            end(seen, draft, transition);
        }
    }

    /** For how many replicas the commits of the new primary wait. */
    static int acks(Observation seen) {
        return Math.max(
                seen.status().acksRequired(),
                Quorum.wanted(seen, seen.status().acknowledging().size()));
    }

    private static boolean readyAgain(Observation seen) {
        List<String> reached = seen.replicas().stream()
                .filter(InstanceView::answers)
                .map(InstanceView::name)
                .toList();
        return Quorum.of(seen.status()).reachedBy(reached);
    }

    private static void attach(Observation seen, Draft draft, InstanceView primary, String name) {
        InstanceView view = seen.instances().get(name);
        Optional<ServerState> state = Optional.ofNullable(view).flatMap(InstanceView::state);
        if (state.isEmpty()) {
            return;
        }
        Optional<Channel> channel = state.get().channel();
        if (channel.filter(its -> ReplicationRule.follows(seen, primary.name(), its))
                .isPresent()) {
            if (channel.get().ioThread() == ServerState.IoThread.No
                    || !channel.get().sqlThread()) {
                draft.act(new Action.StartReplication(name, seen.status().epoch()));
            } else if (state.get().semiSync().filter(its -> !its.acknowledges()).isPresent()) {
                draft.act(new Action.Acknowledge(name, seen.status().epoch(), true));
            }
        } else if (Reception.applied(state.get())
                || channel.filter(its -> its.sqlError().present()).isPresent()) {
            draft.act(new Action.Attach(name, primary.name(), seen.status().epoch(), new Action.Start.AutoPosition()));
        } else if (channel.filter(its -> !its.sqlThread()).isPresent()) {
            draft.act(new Action.StartApplying(name));
        }
    }

    private static void end(Observation seen, Draft draft, Transition transition) {
        draft.intend(status -> status.withTransition(null));
        seen.promote().ifPresent(request -> draft.act(new Action.ConsumePromote(request)));
        draft.tell(
                EventKind.PrimaryChanged,
                seen.id().name(),
                "%s is the primary in place of %s".formatted(seen.status().primary(), transition.from()));
    }
}
