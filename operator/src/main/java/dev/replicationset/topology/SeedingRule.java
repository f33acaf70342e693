package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Positioning;
import dev.replicationset.api.Seeding;
import dev.replicationset.api.SeedingBuilder;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.IoThread;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Brings data to replicas that have none, in steps of which each is recorded in status before it is done:
 *
 * <ol>
 *   <li>{@code Waiting}: a donor is chosen. Until CLONE has begun nothing was touched; dying here means beginning later.
 *   <li>CLONE runs in the recipient. The operator only watches; dying here loses nothing. A clone is told from an
 *       earlier one by when it began, by the recipient's own clock ({@code earlierClone}).
 *   <li>{@code Attaching}: source and coordinates are recorded, then the channel is configured at them and started. In
 *       mode FilePosition a channel that exists is never configured again at old coordinates: it may have gone on.
 * </ol>
 *
 * <p>A clone that fails goes back to the first step with another donor and a longer wait. The donor only reads.
 */
final class SeedingRule implements Rule {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration DONOR_SILENCE = Duration.ofSeconds(10);
    // Long enough for a try that is not one from before a copy.
    private static final Duration ATTACHING_FAILS = Duration.ofSeconds(10);

    @Override
    public Next apply(Observation seen, Draft draft) {
        Donors donors = draft.donors();
        for (InstanceView view : seen.replicas()) {
            InstanceStatus member = seen.status().instance(view.name()).orElseThrow();
            if (!ReplicationRule.leaves(seen, draft, member)) {
                view.state().ifPresent(state -> step(seen, draft, donors, member, state));
            }
        }
        return Next.GO_ON;
    }

    private static void step(Observation seen, Draft draft, Donors donors, InstanceStatus member, ServerState state) {
        Seeding seeding = member.seeding();
        if (seeding == null) {
            if (state.channel().isEmpty()) {
                begin(seen, draft, donors, member, state);
            }
        } else if (seeding.attaching()) {
            attach(seen, draft, member, seeding, state);
        } else {
            watch(seen, draft, donors, member, seeding, state);
        }
    }

    private static void begin(Observation seen, Draft draft, Donors donors, InstanceStatus member, ServerState state) {
        if (ReplicationRule.votes(seen, draft, member)) {
            return;
        }
        Optional<ServerState> source = seen.source();
        Optional<BinlogCoordinates> direct =
                source.flatMap(primary -> History.attachableAt(seen, primary, state, member));
        if (source.filter(primary -> History.strangers(primary, state)).isPresent()) {
            return;
        }
        if (direct.isPresent()) {
            intendAttach(seen, draft, member, direct.get());
        } else if (primaryOpened(seen)) {
            donors.take(1).ifPresent(donor -> intendClone(seen, draft, member, state, donor));
        }
    }

    /** Before the primary was first opened there is nothing to copy, and its coordinates are not known yet. */
    private static boolean primaryOpened(Observation seen) {
        return seen.status().binlog() != null
                && seen.source().filter(ServerState::schemaReady).isPresent();
    }

    /** Records that all data of a replica is to be replaced by the donor's. */
    static void intendClone(Observation seen, Draft draft, InstanceStatus member, ServerState state, String donor) {
        Seeding seeding = attempt(seen, donor, 1, Seeding.WAITING).withEarlierClone(earlierClone(state));
        draft.intend(status ->
                status.with(status.instance(member.name()).orElse(member).withSeeding(seeding)));
    }

    /** Records that a replica is to follow the primary from these coordinates. */
    static void intendAttach(Observation seen, Draft draft, InstanceStatus member, BinlogCoordinates at) {
        String primary = seen.status().primary();
        if (primary == null) {
            return;
        }
        Seeding earlier = member.seeding();
        Seeding seeding = attempt(seen, primary, earlier == null ? 1 : earlier.attempt(), Seeding.ATTACHING);
        draft.intend(status ->
                status.with(member.withSource(primary, at.file(), at.position()).withSeeding(seeding)));
    }

    private static void watch(
            Observation seen, Draft draft, Donors donors, InstanceStatus member, Seeding seeding, ServerState state) {
        Optional<CloneProgress> progress =
                state.cloning().filter(clone -> !clone.beganAt().toString().equals(seeding.earlierClone()));
        if (progress.isEmpty()) {
            start(seen, draft, donors, member, seeding);
            return;
        }
        switch (progress.get().state()) {
            case NotStarted, InProgress -> running(seen, draft, donors, member, seeding, progress.get());
            case Completed -> completed(seen, draft, member, seeding, progress.get());
            case Failed -> failed(seen, draft, donors, member, seeding, progress.get());
        }
    }

    /** A donor that fell silent is waited for by MySQL for minutes; where there is another one, it takes over. */
    private static void running(
            Observation seen,
            Draft draft,
            Donors donors,
            InstanceStatus member,
            Seeding seeding,
            CloneProgress progress) {
        Optional<Instant> silentAt = Optional.ofNullable(seen.instances().get(seeding.donor()))
                .flatMap(donor -> donor.server() instanceof ServerView.Unreachable away
                        ? Optional.of(away.since().plus(DONOR_SILENCE))
                        : Optional.empty());
        if (silentAt.isEmpty()) {
            draft.lookWithin(Duration.ofSeconds(2));
        } else if (seen.now().isBefore(silentAt.get())) {
            draft.lookAt(silentAt.get());
        } else {
            donors.take(seeding.attempt())
                    .ifPresentOrElse(
                            other -> again(
                                    seen, draft, member, seeding, other, progress, seeding.donor() + " fell silent"),
                            () -> draft.lookWithin(Duration.ofSeconds(5)));
        }
    }

    private static void start(Observation seen, Draft draft, Donors donors, InstanceStatus member, Seeding seeding) {
        if (!donors.fit(seeding.donor())) {
            donors.take(seeding.attempt())
                    .ifPresent(donor ->
                            draft.intend(status -> status.with(member.withSeeding(seeding.with(its -> its.donor(donor)
                                    .stage(Seeding.WAITING)
                                    .bytes(null)
                                    .totalBytes(null)
                                    .percent(null))))));
            return;
        }
        Instant due = Instant.parse(seeding.since()).plus(waitBefore(seeding.attempt()));
        if (seen.now().isBefore(due)) {
            draft.lookAt(due);
        } else if (donors.claim(seeding.donor())) {
            draft.act(new Action.BeginClone(member.name(), seeding.donor()));
        } else {
            draft.lookWithin(Duration.ofSeconds(2));
        }
    }

    private static void completed(
            Observation seen, Draft draft, InstanceStatus member, Seeding seeding, CloneProgress progress) {
        boolean fromPrimary = seeding.donor().equals(seen.status().primary());
        Optional<BinlogCoordinates> at =
                fromPrimary ? progress.donorCoordinates() : seen.source().map(ServerState::binlog);
        at.ifPresent(coordinates -> {
            intendAttach(seen, draft, member, coordinates);
            draft.tell(
                    EventKind.CloneCompleted,
                    member.name(),
                    "%s holds a copy of %s (%d bytes)".formatted(member.name(), seeding.donor(), progress.bytes()));
        });
    }

    private static void failed(
            Observation seen,
            Draft draft,
            Donors donors,
            InstanceStatus member,
            Seeding seeding,
            CloneProgress progress) {
        String error = progress.errorNumber() + ": " + progress.error();
        String donor = donors.take(seeding.attempt() + 1).orElse(seeding.donor());
        again(seen, draft, member, seeding, donor, progress, error);
    }

    private static Seeding attempt(Observation seen, String donor, int number, String stage) {
        return SeedingBuilder.builder()
                .donor(donor)
                .attempt(number)
                .since(seen.now().toString())
                .stage(stage)
                .build();
    }

    /** Records the next attempt. */
    private static void again(
            Observation seen,
            Draft draft,
            InstanceStatus member,
            Seeding seeding,
            String donor,
            CloneProgress progress,
            String error) {
        int attempt = seeding.attempt() + 1;
        Seeding next = attempt(seen, donor, attempt, Seeding.WAITING)
                .with(its -> its.earlierClone(progress.beganAt().toString()).error(error));
        draft.intend(status -> status.with(member.withSeeding(next)));
        draft.tell(
                EventKind.CloneFailed,
                member.name(),
                "Copying %s to %s failed (%s); next attempt from %s in %d s"
                        .formatted(
                                seeding.donor(),
                                member.name(),
                                error,
                                donor,
                                waitBefore(attempt).toSeconds()));
    }

    private static void attach(
            Observation seen, Draft draft, InstanceStatus member, Seeding seeding, ServerState state) {
        boolean gtid = seen.spec().replication().positioning() == Positioning.GTID;
        String source = member.source();
        String file = member.sourceFile();
        Long position = member.sourcePosition();
        boolean attached = state.channel()
                .filter(channel ->
                        !gtid || (started(channel) && source != null && ReplicationRule.follows(seen, source, channel)))
                .isPresent();
        if (attached) {
            draft.intend(status -> status.with(member.seeded()));
            return;
        }
        if (source == null || file == null || position == null) {
            return;
        }
        if (gtid && !source.equals(seen.status().primary())) {
            // Another primary has come meanwhile, and whether its history can be followed is another question.
            draft.intend(
                    status -> status.with(member.withSource(null, null, null).seeded()));
            return;
        }
        boolean tried = !seen.now().isBefore(Instant.parse(seeding.since()).plus(ATTACHING_FAILS));
        if (tried && ReplicationRule.unattachable(seen, member)) {
            seen.source()
                    .ifPresent(primary ->
                            ReplicationRule.copyAnew(seen, draft, primary, member, state, ReplicationRule.LOST_TRACK));
            return;
        }
        BinlogCoordinates at = new BinlogCoordinates(file, position, "");
        if (!gtid && !beginsAt(seen, state, at)) {
            // The volume was replaced since: these coordinates are not those of what is on it now.
            draft.intend(
                    status -> status.with(member.withSource(null, null, null).seeded()));
            return;
        }
        Action.Start start = gtid ? new Action.Start.AutoPosition() : new Action.Start.At(at);
        draft.act(new Action.Attach(member.name(), source, seen.status().epoch(), start));
    }

    /** Whether the data of the server are those of that place: nothing at the origin, or a copy that says so. */
    private static boolean beginsAt(Observation seen, ServerState state, BinlogCoordinates at) {
        BinlogCoordinates first = seen.status().binlog();
        boolean origin = first != null && Boolean.TRUE.equals(first.origin()) && first.samePlaceAs(at);
        return origin
                || state.cloning()
                        .flatMap(CloneProgress::donorCoordinates)
                        .filter(at::samePlaceAs)
                        .isPresent();
    }

    /** A copy brings its donor's channel along; only one that runs, or tried to, was configured here. */
    private static boolean started(Channel channel) {
        return channel.ioThread() != IoThread.No
                || channel.sqlThread()
                || channel.ioError().present()
                || channel.sqlError().present();
    }

    private static String earlierClone(ServerState state) {
        return state.cloning().map(clone -> clone.beganAt().toString()).orElse("");
    }

    private static Duration waitBefore(int attempt) {
        if (attempt <= 1) {
            return Duration.ZERO;
        }
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempt - 2, 10));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
