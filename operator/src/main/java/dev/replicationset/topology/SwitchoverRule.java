package dev.replicationset.topology;

import dev.replicationset.api.Positioning;
import dev.replicationset.api.Transition;
import dev.replicationset.api.Transition.Kind;
import dev.replicationset.api.Transition.Phase;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * Begins a planned change of primary: asked for by the annotation {@code replicationset.dev/promote}, or since the
 * primary's pod is being deleted, whose end is held up meanwhile. Only the intent is recorded here.
 */
final class SwitchoverRule implements Rule {
    private static final Duration CLOSE_BEHIND = Duration.ofSeconds(3);

    @Override
    public Next apply(Observation seen, Draft draft) {
        Optional<String> asked = seen.promote();
        if (asked.isPresent()) {
            return promote(seen, draft, asked.get());
        }
        Optional<InstanceView> leaving = seen.primary()
                .filter(view -> view.pod().filter(PodView::deleting).isPresent())
                .filter(view -> open(seen));
        if (leaving.isPresent()) {
            Optional<String> successor = successor(seen);
            successor.ifPresent(to -> begin(
                    seen,
                    draft,
                    to,
                    "the pod of %s is being deleted".formatted(leaving.get().name())));
            return successor.isPresent() ? Next.STOP : Next.GO_ON;
        }
        return Next.GO_ON;
    }

    private static Next promote(Observation seen, Draft draft, String name) {
        if (name.equals(seen.status().primary())) {
            draft.act(new Action.ConsumePromote(name));
            return Next.GO_ON;
        }
        Optional<String> refusal = refusal(seen, name);
        if (refusal.isPresent()) {
            draft.act(new Action.ConsumePromote(name));
            draft.act(new Action.Tell(EventKind.PromoteRefused, name, refusal.get()));
            return Next.GO_ON;
        }
        if (!open(seen)) {
            // One that is starting is waited for; one that is lost is replaced by a failover (FailoverRule).
            return Next.GO_ON;
        }
        begin(seen, draft, name, "it was asked for");
        return Next.STOP;
    }

    private static Optional<String> refusal(Observation seen, String name) {
        Optional<InstanceView> view = seen.replicas().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
        if (view.isEmpty()) {
            return Optional.of("replicationset.dev/promote: %s is no replica of this set; name one of status.instances"
                    .formatted(name.isBlank() ? "an empty value" : name));
        }
        if (seen.spec().replication().positioning() != Positioning.GTID) {
            return Optional.of(
                    "replicationset.dev/promote: not with spec.replication.positioning FilePosition; the annotation was removed");
        }
        if (!open(seen)) {
            FailoverReadiness readiness = FailoverReadiness.of(seen);
            return readiness.ready()
                            || PrimaryLoss.of(seen).filter(PrimaryLoss::lost).isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            "replicationset.dev/promote: %s is lost, and %s can't take its place. %s. Ask again then"
                                    .formatted(seen.status().primary(), name, readiness.message()));
        }
        return fit(seen, view.get())
                ? Optional.empty()
                : Optional.of(
                        "replicationset.dev/promote: %s can't take over now: it must follow the primary within %d s%s. Ask again when it does"
                                .formatted(
                                        name,
                                        CLOSE_BEHIND.toSeconds(),
                                        seen.status().acksRequired() > 0 ? " and be one of status.acknowledging" : ""));
    }

    private static void begin(Observation seen, Draft draft, String to, String why) {
        String from = seen.status().primary();
        if (from == null) {
            return;
        }
        draft.intend(status -> status.withTransition(new Transition(
                Kind.Switchover,
                from,
                to,
                seen.status().epoch() + 1,
                Phase.Closing,
                seen.now().toString())));
        draft.tell(
                EventKind.SwitchoverStarted, seen.id().name(), "%s takes the place of %s: %s".formatted(to, from, why));
    }

    private static boolean open(Observation seen) {
        return seen.source()
                .filter(state -> state.writable() && state.schemaReady())
                .isPresent();
    }

    /** Who takes over from a primary that is well. */
    private static Optional<String> successor(Observation seen) {
        return seen.spec().replication().positioning() != Positioning.GTID
                ? Optional.empty()
                : seen.replicas().stream()
                        .filter(view -> fit(seen, view))
                        .min(Comparator.<InstanceView, Duration>comparing(
                                        view -> Lag.of(seen, view).orElse(CLOSE_BEHIND))
                                .thenComparingInt(InstanceView::number))
                        .map(InstanceView::name);
    }

    private static boolean fit(Observation seen, InstanceView view) {
        boolean runs = view.state()
                .flatMap(ServerState::channel)
                .filter(ServerState.Channel::running)
                .isPresent();
        boolean stays = view.pod().filter(pod -> !pod.deleting()).isPresent()
                && !MembershipRule.going(seen).contains(view.name());
        boolean votes = seen.status().acksRequired() == 0
                || seen.status().acknowledging().contains(view.name());
        return runs
                && stays
                && votes
                && Lag.of(seen, view)
                        .filter(lag -> lag.compareTo(CLOSE_BEHIND) <= 0)
                        .isPresent();
    }
}
