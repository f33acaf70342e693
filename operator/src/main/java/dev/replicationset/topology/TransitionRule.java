package dev.replicationset.topology;

import dev.replicationset.api.Transition;
import dev.replicationset.api.Transition.Kind;
import dev.replicationset.api.Transition.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Goes on with a change of primary, up to the point of no return; {@link Promotion} does the rest. While one is under way,
 * nothing begins to receive or to acknowledge, and nothing else is done to the set.
 *
 * <ol>
 *   <li>{@code Fencing} (failover): all replicas that are reached stop receiving. Before: the old primary may still commit
 *       with the acknowledgement of one that still receives. After: {@link Quorum} of them are stopped, seen after they
 *       were; it can acknowledge nothing more, and they hold all that was acknowledged. Nothing was changed for good:
 *       given up, they receive again.
 *   <li>{@code Closing} (switchover): the old primary is made read-only; commits that wait are waited for, as the replicas
 *       still receive and acknowledge. After: it is seen closed with nothing waiting, so that its executed set is final.
 *       Given up, it is opened again, as nobody else was.
 *   <li>{@code CatchingUp}: the candidate applies all it holds, or all that the old primary executed. It is read-only.
 * </ol>
 *
 * <p>Dying in any of these leaves the phase in status; the next operator sees the servers anew and goes on from it.
 */
final class TransitionRule implements Rule {
    private static final Duration CLOSING = Duration.ofSeconds(8);
    private static final Duration CATCHING_UP = Duration.ofSeconds(15);
    private static final Duration FENCING = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofMillis(200);

    @Override
    public Next apply(Observation seen, Draft draft) {
        Transition transition = seen.status().transition();
        if (transition == null) {
            return Next.GO_ON;
        }
        draft.lookWithin(SOON);
        switch (transition.phase()) {
            case Fencing -> fence(seen, draft, transition);
            case Closing -> close(seen, draft, transition);
            case CatchingUp -> catchUp(seen, draft, transition);
            case Promoting -> Promotion.goOn(seen, draft, transition);
        }
        new EndpointsRule().apply(seen, draft);
        return Next.STOP;
    }

    // ---- Fencing

    private static void fence(Observation seen, Draft draft, Transition transition) {
        Instant since = Instant.parse(transition.since());
        boolean over = !seen.now().isBefore(since.plus(FENCING));
        seen.primary()
                .filter(view -> view.state().filter(ServerState::writable).isPresent())
                .ifPresent(view -> draft.act(new Action.CloseServer(view.name())));
        for (InstanceView view : seen.replicas()) {
            if (view.answers() && !stopped(view)) {
                draft.act(new Action.StopReceiving(view.name(), transition.epoch()));
            }
        }
        List<InstanceView> stopped = seen.replicas().stream()
                .filter(view -> stopped(view)
                        && Reception.asOf(view)
                                .filter(asOf -> asOf.isAfter(since))
                                .isPresent())
                .toList();
        if (Quorum.of(seen.status())
                .reachedBy(stopped.stream().map(InstanceView::name).toList())) {
            Candidates.Choice choice = Candidates.choose(seen, stopped);
            if (choice.name().isPresent()) {
                String to = choice.name().get();
                next(draft, seen, transition.with(its -> its.to(to).phase(Phase.CatchingUp)));
            } else if (over) {
                giveUp(seen, draft, transition, choice.message());
            }
        } else if (over && seen.source().isPresent()) {
            giveUp(seen, draft, transition, "it answers again, and too few replicas could be stopped");
        }
    }

    /** Receives nothing, and would not acknowledge if it did. */
    static boolean stopped(InstanceView view) {
        return view.state()
                .filter(state -> state.semiSync()
                        .filter(its -> its.replica() || its.acknowledges())
                        .isEmpty())
                .filter(state -> state.channel()
                        .filter(channel -> channel.ioThread() != ServerState.IoThread.No)
                        .isEmpty())
                .isPresent();
    }

    // ---- Closing

    private static void close(Observation seen, Draft draft, Transition transition) {
        if (lost(seen)) {
            failOver(seen, draft, transition);
            return;
        }
        Instant since = Instant.parse(transition.since());
        Optional<InstanceView> from = seen.primary().filter(view -> view.state().isPresent());
        boolean over = !seen.now().isBefore(since.plus(CLOSING));
        if (from.isPresent() && closed(from.get(), since)) {
            next(draft, seen, transition.withPhase(Phase.CatchingUp));
        } else if (over) {
            giveUp(seen, draft, transition, "it could not be closed in time; look for long transactions there");
        } else {
            from.ifPresent(view -> draft.act(new Action.CloseServer(view.name())));
        }
    }

    private static boolean closed(InstanceView view, Instant since) {
        return view.state()
                        .filter(state -> state.superReadOnly() && state.readOnly())
                        .filter(state -> state.semiSync()
                                .filter(its -> its.waiting() > 0)
                                .isEmpty())
                        .isPresent()
                && Reception.asOf(view).filter(asOf -> asOf.isAfter(since)).isPresent();
    }

    private static boolean lost(Observation seen) {
        return PrimaryLoss.of(seen).filter(PrimaryLoss::lost).isPresent()
                && Quorum.of(seen.status()).durable();
    }

    /** What was begun as a switchover. */
    private static void failOver(Observation seen, Draft draft, Transition transition) {
        if (FailoverRule.wanted(seen)) {
            FailoverRule.begin(seen, draft);
        } else {
            giveUp(seen, draft, transition, "it was lost meanwhile, and spec.failover.automatic is false");
        }
    }

    // ---- CatchingUp

    private static void catchUp(Observation seen, Draft draft, Transition transition) {
        boolean planned = transition.kind() == Kind.Switchover;
        Optional<InstanceView> to = Optional.ofNullable(transition.to())
                .map(name -> seen.instances().get(name));
        Optional<ServerState> candidate = to.flatMap(InstanceView::state);
        boolean over = !seen.now().isBefore(Instant.parse(transition.since()).plus(CATCHING_UP));
        if (planned && lost(seen)) {
            failOver(seen, draft, transition);
        } else if (candidate.isEmpty()) {
            without(seen, draft, transition, to, planned && over);
        } else if (planned ? drained(seen, candidate.get()) : Reception.applied(candidate.get())) {
            Promotion.begin(seen, draft, transition, to.orElseThrow(), candidate.get());
        } else if (planned && over) {
            giveUp(seen, draft, transition, transition.to() + " did not catch up in time");
        } else if (candidate
                .get()
                .channel()
                .filter(channel -> !channel.sqlThread())
                .isPresent()) {
            draft.act(new Action.StartApplying(to.orElseThrow().name()));
        }
    }

    private static boolean drained(Observation seen, ServerState candidate) {
        return seen.source()
                .filter(state -> state.superReadOnly() && state.readOnly())
                .filter(state -> state.gtidExecuted().isSubsetOf(candidate.gtidExecuted()))
                .isPresent();
    }

    /** The candidate fell silent before anything was changed for good. */
    private static void without(
            Observation seen, Draft draft, Transition transition, Optional<InstanceView> to, boolean over) {
        boolean silent = to.filter(view -> view.server() instanceof ServerView.Unreachable away
                        && away.misses() < PrimaryLoss.MISSES
                        && away.cause() != ServerView.Cause.Refused)
                .isEmpty();
        if (transition.kind() == Kind.Failover && silent) {
            next(draft, seen, transition.with(its -> its.to(null).phase(Phase.Fencing)));
        } else if (over) {
            giveUp(seen, draft, transition, transition.to() + " does not answer");
        }
    }

    // ---- both

    private static void next(Draft draft, Observation seen, Transition transition) {
        draft.intend(
                status -> status.withTransition(transition.withSince(seen.now().toString())));
    }

    private static void giveUp(Observation seen, Draft draft, Transition transition, String why) {
        draft.intend(status -> status.withTransition(null));
        seen.promote().ifPresent(request -> draft.act(new Action.ConsumePromote(request)));
        draft.tell(
                EventKind.TransitionGivenUp,
                seen.id().name(),
                "%s stays the primary: %s".formatted(transition.from(), why));
    }
}
