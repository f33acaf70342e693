package dev.replicationset.topology;

import dev.replicationset.api.Durability;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.topology.ServerState.SemiSync;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps the record of who may acknowledge and how many must, and makes the servers obey it, in orders that keep what
 * {@link Quorum} says at every step; dying between two steps leaves a record that promises less than there is.
 *
 * <ul>
 *   <li>Join: recorded with its address, then made to acknowledge.
 *   <li>Leave: made unable to acknowledge first. One that answers is told; one that doesn't is locked out by the
 *       primary, which is recorded first.
 *       Dropped from the record when w of those that stay hold all that it can have acknowledged.
 *   <li>Lower w: recorded, then set on the primary. Raise w: set on the primary, then recorded once w of V hold all that
 *       was logged before.
 * </ul>
 *
 * <p>Nothing is changed while the primary doesn't answer, is closed, or is being replaced.
 */
final class AcknowledgingRule implements Rule {
    private static final Duration SILENCE = Duration.ofSeconds(3);
    /** A replica that can connect does so well within this. */
    private static final Duration CONNECTS = Duration.ofSeconds(5);

    private static final Duration CAUGHT_UP = Duration.ofSeconds(5);
    private static final Duration PROOF_COMES = Duration.ofMillis(250);

    @Override
    public Next apply(Observation seen, Draft draft) {
        Optional<InstanceView> primary = seen.primary();
        Optional<ServerState> source = seen.source().filter(ServerState::writable);
        Optional<SemiSync> semiSync = source.flatMap(ServerState::semiSync);
        if (seen.status().transition() == null && primary.isPresent() && semiSync.isPresent()) {
            new Round(seen, draft, primary.get(), source.orElseThrow(), semiSync.get()).run();
        }
        return Next.GO_ON;
    }

    /**
     * Who of V is to leave it: those that may not vote any more, and those that are out of reach, if those that are well are
     * enough. Where they are not writes would hang all the same, and it may be the operator alone that doesn't reach them;
     * what they hold proves a failover.
     */
    static List<String> leaving(Observation seen) {
        List<String> voters = seen.status().acknowledging();
        List<String> unfit = voters.stream().filter(name -> unfit(seen, name)).toList();
        List<String> away = voters.stream()
                .filter(name -> !unfit.contains(name) && (silent(seen, name) || cutOff(seen, name)))
                .toList();
        int well = voters.size() - unfit.size() - away.size();
        return Quorum.wanted(seen, well) <= well
                ? voters.stream()
                        .filter(name -> unfit.contains(name) || away.contains(name))
                        .toList()
                : unfit;
    }

    private static boolean unfit(Observation seen, String name) {
        InstanceView view = seen.instances().get(name);
        Optional<InstanceStatus> member = seen.status().instance(name);
        return view == null
                || member.isEmpty()
                || seen.spec().durability() == Durability.Async
                || MembershipRule.going(seen).contains(name)
                || name.equals(seen.status().primary())
                || view.state()
                        .filter(state -> !follows(seen, member.get(), state))
                        .isPresent();
    }

    private static boolean silent(Observation seen, String name) {
        InstanceView view = seen.instances().get(name);
        return view != null
                && switch (view.server()) {
                    case ServerView.Unknown() -> view.address().isEmpty();
                    case ServerView.Unreachable away ->
                        !seen.now().isBefore(away.since().plus(SILENCE));
                    case ServerView.Answering answer -> false;
                };
    }

    /** Whether it can't connect to a primary that has been there for a while, and too few are connected. */
    private static boolean cutOff(Observation seen, String name) {
        boolean fails = Optional.ofNullable(seen.instances().get(name))
                .filter(view -> !PrimaryLoss.streams(view))
                .flatMap(InstanceView::state)
                .flatMap(ServerState::channel)
                .filter(channel -> channel.ioError().present())
                .isPresent();
        long connected = seen.status().acknowledging().stream()
                .map(other -> seen.instances().get(other))
                .filter(Objects::nonNull)
                .filter(PrimaryLoss::streams)
                .count();
        return fails
                && seen.source()
                        .filter(state -> state.uptimeSeconds() >= CONNECTS.toSeconds())
                        .flatMap(ServerState::semiSync)
                        .filter(its -> connected < its.acksInForce())
                        .isPresent();
    }

    /** What is to be copied anew or attached again gives up what it has received, which is none of a voter's business. */
    private static boolean follows(Observation seen, InstanceStatus member, ServerState state) {
        String uuid = member.serverUuid();
        boolean same = uuid == null || uuid.equals(state.serverUuid());
        boolean clean = seen.source()
                .filter(source -> History.errant(source, state).isEmpty())
                .isPresent();
        return same
                && clean
                && member.seeding() == null
                && state.channel()
                        .filter(channel -> ReplicationRule.follows(
                                        seen, seen.primary().orElseThrow().name(), channel)
                                && !ReplicationReaction.to(channel).dropsData())
                        .isPresent();
    }

    /** One look at a primary that is open. */
    private record Round(Observation seen, Draft draft, InstanceView primary, ServerState source, SemiSync semiSync) {
        void run() {
            List<String> going = leaving(seen);
            List<String> staying = seen.status().acknowledging().stream()
                    .filter(name -> !going.contains(name))
                    .toList();
            count(staying);
            if (seen.status().acksRequired() <= staying.size()) {
                going.stream().findFirst().ifPresent(name -> leave(name, staying));
            }
            staying.forEach(this::keep);
            seen.replicas().stream()
                    .filter(view -> !seen.status().acknowledging().contains(view.name()))
                    .forEach(this::outside);
        }

        // ---- how many

        private void count(List<String> staying) {
            int inForce = semiSync.acksInForce();
            int recorded = seen.status().acksRequired();
            int wanted = wanted(staying);
            int target = Math.min(wanted, staying.size());
            if (inForce < recorded) {
                await(Math.max(recorded, wanted));
            } else if (target < recorded) {
                draft.intend(status -> status.withAcksRequired(target));
            } else if (inForce < wanted && (semiSync.clients() >= wanted || inForce > 0)) {
                await(wanted);
            } else if (inForce > wanted) {
                await(wanted);
            } else if (target > recorded && inForce >= target) {
                raise(staying, target);
            }
        }

        /** Before the first replica is there nobody could acknowledge, and no client is let in yet. */
        private int wanted(List<String> staying) {
            int wanted = Quorum.wanted(seen, staying.size());
            boolean nobodyYet = staying.isEmpty() && semiSync.acksInForce() == 0;
            return nobodyYet ? 0 : wanted;
        }

        private void raise(List<String> staying, int target) {
            long holders = views(staying).stream()
                    .filter(view -> Reception.holdsAllLogged(view, primary))
                    .count();
            if (holders >= target) {
                draft.intend(status -> status.withAcksRequired(target));
            } else {
                awaitProof(staying);
            }
        }

        /** By chance the primary is always asked right after the others, and has logged more by then. */
        private void awaitProof(List<String> ofThese) {
            ofThese.forEach(draft::ask);
            draft.lookWithin(PROOF_COMES);
        }

        private void await(int acks) {
            draft.act(new Action.AwaitAcks(
                    primary.name(), source.serverUuid(), seen.status().epoch(), acks));
        }

        // ---- leaving

        private void leave(String name, List<String> staying) {
            InstanceView view = seen.instances().get(name);
            InstanceStatus member = seen.status().instance(name).orElse(null);
            if (view == null || member == null) {
                drop(name);
                return;
            }
            Optional<SemiSync> its = view.state().flatMap(ServerState::semiSync);
            if (view.answers()) {
                if (its.filter(AcknowledgingRule::acknowledges).isPresent()) {
                    draft.act(new Action.Acknowledge(name, seen.status().epoch(), false));
                } else if (held(view, staying, Reception.seenAfter(primary, view))) {
                    drop(name);
                }
            } else if (member.acknowledgesFrom() != null) {
                bar(member, member.acknowledgesFrom());
            } else if (held(view, staying, true)) {
                // Locked out, and the primary was looked at again since.
                drop(name);
            }
        }

        /** Whether enough of those that stay hold all that the one that leaves can have acknowledged. */
        private boolean held(InstanceView view, List<String> staying, boolean primarySeenSince) {
            boolean same = seen.status()
                    .instance(view.name())
                    .map(InstanceStatus::serverUuid)
                    .equals(view.state().map(ServerState::serverUuid));
            long holders = views(staying).stream()
                    .filter(other -> (same && Reception.holdsAllOf(other, view))
                            || (primarySeenSince && Reception.holdsAllLogged(other, primary)))
                    .count();
            if (holders < seen.status().acksRequired()) {
                awaitProof(primarySeenSince ? staying : List.of(primary.name()));
                return false;
            }
            return true;
        }

        /** Recorded first: one that failed half-way may have locked it out all the same. */
        private void bar(InstanceStatus member, String address) {
            if (!address.equals(member.barred())) {
                draft.intend(status -> status.with(
                        status.instance(member.name()).orElse(member).withBarred(address)));
                return;
            }
            Action bar = new Action.Bar(primary.name(), source.serverUuid(), member.name(), address);
            draft.then(
                    bar,
                    status -> status.with(
                            status.instance(member.name()).orElse(member).with(its -> its.acknowledgesFrom(null))));
        }

        private void drop(String name) {
            draft.intend(status -> {
                var rest = status.withAcknowledging(status.acknowledging().stream()
                        .filter(other -> !other.equals(name))
                        .toList());
                return rest.instance(name)
                        .map(member -> rest.with(member.silenced()))
                        .orElse(rest);
            });
        }

        // ---- staying and joining

        /** One of V that is well acknowledges, from the address that is recorded with it. */
        private void keep(String name) {
            InstanceView view = seen.instances().get(name);
            InstanceStatus member = seen.status().instance(name).orElseThrow();
            Optional<String> address = view == null ? Optional.empty() : view.address();
            if (view == null || address.isEmpty() || !view.answers()) {
                return;
            }
            if (!address.get().equals(member.acknowledgesFrom())) {
                move(member, address.get());
            } else if (lockedOut(address.get())) {
                letIn(member, address.get());
            } else if (receives(view)
                    && view.state()
                            .flatMap(ServerState::semiSync)
                            .filter(its -> !its.acknowledges())
                            .isPresent()) {
                draft.act(new Action.Acknowledge(name, seen.status().epoch(), true));
            }
        }

        /** Its pod was made anew. The one before may live on where nobody sees it. */
        private void move(InstanceStatus member, String address) {
            String former = member.acknowledgesFrom();
            if (former != null) {
                bar(member, former);
            } else {
                letIn(member, address);
            }
        }

        /** One that answers and would not acknowledge may receive again; it joins when it has caught up. */
        private void outside(InstanceView view) {
            Optional<SemiSync> its = view.state().flatMap(ServerState::semiSync);
            Optional<InstanceStatus> member = seen.status().instance(view.name());
            Optional<String> address = view.address();
            if (its.isEmpty() || member.isEmpty() || address.isEmpty()) {
                return;
            }
            if (AcknowledgingRule.acknowledges(its.get())) {
                draft.act(new Action.Acknowledge(view.name(), seen.status().epoch(), false));
            } else if (lockedOut(address.get()) || mayJoin(view)) {
                letIn(member.get(), address.get());
            }
        }

        private boolean mayJoin(InstanceView view) {
            InstanceStatus member = seen.status().instance(view.name()).orElseThrow();
            return seen.spec().durability() != Durability.Async
                    && !MembershipRule.going(seen).contains(view.name())
                    && receives(view)
                    && view.state()
                            .filter(state -> follows(seen, member, state))
                            .isPresent()
                    && (!source.schemaReady()
                            || Lag.of(seen, view)
                                    .filter(lag -> lag.compareTo(CAUGHT_UP) <= 0)
                                    .isPresent());
        }

        /** Whether the primary locks out whoever comes from there; it may have done so to an earlier pod. */
        private boolean lockedOut(String address) {
            return seen.status().instances().stream().anyMatch(other -> address.equals(other.barred()));
        }

        /** Recorded before it may; an address at which the primary locks somebody out is let in first. */
        private void letIn(InstanceStatus member, String address) {
            if (lockedOut(address)) {
                Action unbar = new Action.Unbar(primary.name(), source.serverUuid(), member.name(), address);
                draft.then(
                        unbar,
                        status -> status.withInstances(status.instances().stream()
                                .map(other -> address.equals(other.barred()) ? other.withBarred(null) : other)
                                .toList()));
                return;
            }
            draft.intend(status -> {
                var joined = status.with(
                        status.instance(member.name()).orElse(member).with(its -> its.acknowledgesFrom(address)));
                return status.acknowledging().contains(member.name())
                        ? joined
                        : joined.withAcknowledging(
                                Stream.concat(status.acknowledging().stream(), Stream.of(member.name()))
                                        .toList());
            });
        }

        private List<InstanceView> views(List<String> names) {
            return names.stream()
                    .map(name -> seen.instances().get(name))
                    .filter(Objects::nonNull)
                    .toList();
        }

        private static boolean receives(InstanceView view) {
            return view.state()
                    .flatMap(ServerState::channel)
                    .filter(channel -> channel.ioThread() == ServerState.IoThread.Yes)
                    .isPresent();
        }
    }

    private static boolean acknowledges(SemiSync its) {
        return its.replica() || its.acknowledges();
    }
}
