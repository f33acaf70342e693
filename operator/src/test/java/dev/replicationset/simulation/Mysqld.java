package dev.replicationset.simulation;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.simulation.Transaction.Content;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.Heartbeat;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One mysqld with GTIDs and its volume. What is written is on disk at once ({@code sync_binlog=1}); read-only flags and
 * threads are forgotten when it ends, and it begins closed, with replication stopped.
 */
final class Mysqld {
    static final long ROW_BYTES = 20_000;
    private static final long COPY_BYTES_PER_SECOND = 1_000_000;
    private static final ReplicationError DUPLICATE =
            new ReplicationError(1062, "Could not execute Write_rows event on table app.writes; Duplicate entry");

    final String instance;
    final int number;
    private final World world;

    // ---- on the volume
    String uuid;
    List<Transaction> binlog = new ArrayList<>();
    SequencedSet<Long> rows = new LinkedHashSet<>();
    GtidSet executed = GtidSet.EMPTY;
    GtidSet purged = GtidSet.EMPTY;
    boolean schema;
    Optional<Heartbeat> heartbeat = Optional.empty();
    private long lastNumber;
    private int copies;

    @Nullable
    String source;

    private List<Transaction> relayLog = new ArrayList<>();
    Optional<CloneProgress> cloning = Optional.empty();

    // ---- forgotten at its end
    boolean running;
    boolean frozen;
    boolean readOnly = true;
    boolean superReadOnly = true;
    private boolean ioWanted;
    private boolean ioConnected;
    private boolean sqlRuns;
    /** Up to which entry of whose binary log all was looked at. */
    private String receivedLog = "";

    private int receivedTo;
    private ReplicationError sqlError = ReplicationError.NONE;
    private Instant startedAt;
    /** Grows with every start: what was begun before it has no effect after it. */
    private int life;

    Mysqld(World world, String instance, int number, String uuid) {
        this.world = world;
        this.instance = instance;
        this.number = number;
        this.uuid = uuid;
        this.startedAt = world.now();
    }

    // ---- process

    void start() {
        life++;
        running = true;
        frozen = false;
        readOnly = true;
        superReadOnly = true;
        ioWanted = false;
        ioConnected = false;
        sqlRuns = false;
        receivedLog = "";
        startedAt = world.now();
        cloning = cloning.map(clone -> clone.state() == CloneProgress.State.InProgress
                ? clone.with(its ->
                        its.state(CloneProgress.State.Failed).errorNumber(1).error("killed"))
                : clone);
        world.note(instance + " starts");
    }

    void end() {
        if (running) {
            world.note(instance + " ends");
        }
        running = false;
        frozen = false;
    }

    boolean answers() {
        return running && !frozen;
    }

    /** Whether a client's commit would be accepted now, also when nobody reaches it. */
    boolean writable() {
        return running && !readOnly && !superReadOnly;
    }

    // ---- writing

    Transaction commit(Content content) {
        lastNumber++;
        Transaction transaction = new Transaction(GtidSet.parse(uuid + ":" + lastNumber), content);
        execute(transaction);
        return transaction;
    }

    private void execute(Transaction transaction) {
        binlog.add(transaction);
        executed = executed.union(transaction.gtid());
        switch (transaction.content()) {
            case Content.Row(long id) -> rows.add(id);
            case Content.Schema schemaMade -> schema = true;
            case Content.Beat(Heartbeat beat) -> heartbeat = Optional.of(beat);
        }
    }

    // ---- replication

    void configure(String newSource) {
        receivedLog = "";
        source = newSource;
        relayLog = new ArrayList<>();
        sqlError = ReplicationError.NONE;
        startReplication();
    }

    void removeChannel() {
        source = null;
        relayLog = new ArrayList<>();
        ioWanted = false;
        ioConnected = false;
        sqlRuns = false;
        sqlError = ReplicationError.NONE;
    }

    void startReplication() {
        if (source != null) {
            ioWanted = true;
            sqlRuns = true;
            sqlError = ReplicationError.NONE;
        }
    }

    void stopReceiving() {
        ioWanted = false;
        ioConnected = false;
    }

    void startApplying() {
        sqlRuns = source != null;
    }

    boolean appliedAll() {
        return relayLog.stream().allMatch(transaction -> transaction.gtid().isSubsetOf(executed));
    }

    /**
     * One step of both threads.
     *
     * @param from the source, when it can be reached
     */
    void replicate(Optional<Mysqld> from) {
        if (!answers() || source == null) {
            return;
        }
        ioConnected = ioWanted && from.filter(Mysqld::answers).isPresent();
        if (ioConnected) {
            receive(from.orElseThrow());
        }
        while (sqlRuns && !relayLog.isEmpty()) {
            Transaction next = relayLog.removeFirst();
            if (!next.gtid().isSubsetOf(executed)) {
                apply(next);
            }
        }
    }

    private void receive(Mysqld from) {
        String log = from.uuid + "/" + from.copies;
        int begin = log.equals(receivedLog) ? receivedTo : 0;
        receivedLog = log;
        receivedTo = from.binlog.size();
        GtidSet known = relayLog.stream().map(Transaction::gtid).reduce(executed, GtidSet::union);
        from.binlog.subList(begin, receivedTo).stream()
                .filter(transaction -> !transaction.gtid().isSubsetOf(known))
                .forEach(relayLog::add);
    }

    private void apply(Transaction transaction) {
        if (transaction.content() instanceof Content.Row(long id) && rows.contains(id)) {
            sqlError = DUPLICATE;
            sqlRuns = false;
        } else {
            execute(transaction);
        }
    }

    // ---- CLONE

    /** Drops all data; the copy is there after a while, if the donor stays well. */
    void copyFrom(Mysqld donor, BooleanSupplier connected) {
        drop();
        readOnly = true;
        superReadOnly = false;
        long bytes = donor.rows.size() * ROW_BYTES;
        cloning = Optional.of(new CloneProgress(
                CloneProgress.State.InProgress,
                donor.instance + ":3306",
                world.now(),
                "FILE COPY",
                0,
                bytes,
                0,
                "",
                Optional.empty()));
        Duration copying = Duration.ofMillis(300 + bytes * 1000 / COPY_BYTES_PER_SECOND);
        int thisLife = life;
        world.note(instance + " copies " + donor.instance);
        world.after(copying, () -> copied(donor, connected, thisLife));
    }

    private void copied(Mysqld donor, BooleanSupplier connected, int ofLife) {
        if (life != ofLife || !running) {
            return;
        }
        if (frozen) {
            world.after(Duration.ofSeconds(1), () -> copied(donor, connected, ofLife));
        } else if (donor.answers() && connected.getAsBoolean()) {
            takeOver(donor);
        } else {
            superReadOnly = true;
            cloning = cloning.map(clone -> clone.with(its ->
                    its.state(CloneProgress.State.Failed).errorNumber(3862).error("donor lost")));
            world.note(instance + ": copying failed");
        }
    }

    boolean copying() {
        return cloning.filter(clone -> clone.state() == CloneProgress.State.InProgress)
                .isPresent();
    }

    private void drop() {
        copies++;
        removeChannel();
        binlog = new ArrayList<>();
        rows = new LinkedHashSet<>();
        executed = GtidSet.EMPTY;
        purged = GtidSet.EMPTY;
        schema = false;
        heartbeat = Optional.empty();
    }

    private void takeOver(Mysqld donor) {
        rows = new LinkedHashSet<>(donor.rows);
        executed = donor.executed;
        purged = donor.executed;
        schema = donor.schema;
        heartbeat = donor.heartbeat;
        source = donor.source;
        cloning = cloning.map(clone -> clone.with(its -> its.state(CloneProgress.State.Completed)
                .bytes(clone.totalBytes())
                .donorCoordinates(Optional.of(donor.coordinates()))));
        world.note(instance + " holds a copy of " + donor.instance);
        end();
    }

    // ---- answers

    BinlogCoordinates coordinates() {
        return new BinlogCoordinates("binlog.000001", 158L + binlog.size() * ROW_BYTES, executed.toString());
    }

    ServerState state() {
        return new ServerState(
                1000 + number,
                uuid,
                "9.7.4",
                readOnly,
                superReadOnly,
                false,
                executed,
                purged,
                coordinates(),
                Duration.between(startedAt, world.now()).toSeconds(),
                128 << 20,
                schema,
                heartbeat,
                Optional.ofNullable(source).map(this::channel),
                cloning,
                Optional.empty());
    }

    private Channel channel(String from) {
        IoThread io = !ioWanted ? IoThread.No : ioConnected ? IoThread.Yes : IoThread.Connecting;
        GtidSet retrieved = relayLog.stream().map(Transaction::gtid).reduce(executed, GtidSet::union);
        return new Channel(
                from,
                3306,
                "repl",
                Optional.empty(),
                true,
                true,
                io,
                sqlRuns,
                "binlog.000001",
                158,
                "binlog.000001",
                158,
                retrieved,
                ReplicationError.NONE,
                sqlError);
    }
}
