package dev.replicationset.simulation;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.simulation.Transaction.Content;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.Heartbeat;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import dev.replicationset.topology.ServerState.SemiSync;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One mysqld with GTIDs and its volume. What is written is on disk at once ({@code sync_binlog=1}); read-only flags,
 * semi-synchronous settings and threads are forgotten when it ends, and it begins closed, with replication stopped. Its
 * recovery commits all that is in its binary log, acknowledged or not.
 */
final class Mysqld {
    static final long ROW_BYTES = 20_000;
    private static final long COPY_BYTES_PER_SECOND = 1_000_000;
    /** After this silence of its source a replica connects anew. */
    private static final Duration NET_TIMEOUT = Duration.ofSeconds(4);

    private static final int PURGED = 13114;
    private static final ReplicationError DUPLICATE =
            new ReplicationError(1062, "Could not execute Write_rows event on table app.writes; Duplicate entry");

    final String instance;
    final int number;
    /** Under which its replicas know it. */
    final String host;

    private final World world;

    // ---- on the volume
    final String uuid;
    final List<Transaction> binlog = new ArrayList<>();
    BitSet rows = new BitSet();
    /** Rows that are executed, in the binary log or in the relay log. */
    BitSet held = new BitSet();

    Gtids executed = new Gtids();
    private Gtids purged = new Gtids();
    /** Executed, or in the binary log. */
    private Gtids logged = new Gtids();

    boolean schema;
    Optional<Heartbeat> heartbeat = Optional.empty();
    private final Deque<Transaction> relayLog = new ArrayDeque<>();
    private Gtids received = new Gtids();
    Set<String> barred = new HashSet<>();

    @Nullable
    String source;

    Optional<CloneProgress> cloning = Optional.empty();

    // ---- forgotten at its end
    boolean running;
    boolean frozen;
    boolean readOnly = true;
    boolean superReadOnly = true;
    /** SET GLOBAL super_read_only waits for commits, and new ones wait for it. */
    boolean closing;

    final CommitWaits waits = new CommitWaits();
    private boolean acknowledges;
    private final List<Connection> replicas = new ArrayList<>();
    private @Nullable Connection connection;
    private boolean ioWanted;
    private Instant heard = Instant.MIN;
    private boolean sqlRuns;
    private String sourceUuid = "";
    private int readTo;
    private ReplicationError ioError = ReplicationError.NONE;
    private ReplicationError sqlError = ReplicationError.NONE;
    private Instant startedAt;
    /** Its pod's. */
    String address = "";
    /** Until then nothing is applied. */
    Instant appliesFrom = Instant.MIN;
    /** Grows with every start: what was begun before it has no effect after it. */
    private int life;
    /** Grows whenever clients' connections are ended. */
    private int clientsEnded;

    Mysqld(World world, String instance, int number, String uuid) {
        this.world = world;
        this.instance = instance;
        this.number = number;
        this.host = ServerAddress.clientHost(Kubernetes.ID, instance);
        this.uuid = uuid;
        this.startedAt = world.now();
    }

    // ---- process

    void start(String at) {
        life++;
        running = true;
        address = at;
        startedAt = world.now();
        binlog.stream().filter(transaction -> !executed.contains(transaction)).forEach(this::execute);
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
        readOnly = true;
        superReadOnly = true;
        closing = false;
        waits.forget();
        acknowledges = false;
        replicas.clear();
        disconnect();
        ioWanted = false;
        sqlRuns = false;
        ioError = ReplicationError.NONE;
        life++;
    }

    int life() {
        return life;
    }

    int clientsEnded() {
        return clientsEnded;
    }

    boolean answers() {
        return running && !frozen;
    }

    /** Whether a client's commit would be accepted now, also when nobody reaches it. */
    boolean writable() {
        return running && !readOnly && !superReadOnly;
    }

    void close() {
        superReadOnly = true;
        readOnly = true;
        closing = false;
        clientsEnded++;
    }

    void open() {
        superReadOnly = false;
        readOnly = false;
    }

    // ---- writing

    /** @param answer what is done when the client gets its OK; never, if the server ends before */
    void commit(Content content, Runnable answer) {
        Transaction transaction = new Transaction(uuid, logged.last(uuid) + 1, content);
        log(transaction);
        Runnable committed = () -> {
            execute(transaction);
            answer.run();
        };
        if (waits.enabled()) {
            waits.add(binlog.size(), committed);
        } else {
            committed.run();
        }
    }

    private void log(Transaction transaction) {
        binlog.add(transaction);
        logged.add(transaction);
        hold(transaction);
    }

    private void hold(Transaction transaction) {
        if (transaction.content() instanceof Content.Row(int id)) {
            held.set(id);
        }
    }

    private void execute(Transaction transaction) {
        executed.add(transaction);
        switch (transaction.content()) {
            case Content.Row(int id) -> rows.set(id);
            case Content.Schema schemaMade -> schema = true;
            case Content.Beat(Heartbeat beat) -> heartbeat = Optional.of(beat);
        }
    }

    // ---- replication

    /** The relay log goes, and with it what was not applied. */
    void configure(String newSource) {
        removeChannel();
        source = newSource;
        startReplication();
    }

    void removeChannel() {
        disconnect();
        source = null;
        relayLog.clear();
        received = logged.copy();
        held = (BitSet) rows.clone();
        binlog.forEach(this::hold);
        ioWanted = false;
        sqlRuns = false;
        sourceUuid = "";
        readTo = 0;
        ioError = ReplicationError.NONE;
        sqlError = ReplicationError.NONE;
    }

    void startReplication() {
        if (source != null) {
            ioWanted = true;
            sqlRuns = true;
            ioError = ReplicationError.NONE;
            sqlError = ReplicationError.NONE;
        }
    }

    void restartIoThread() {
        disconnect();
        ioWanted = source != null;
        ioError = ReplicationError.NONE;
    }

    boolean receiving() {
        return ioWanted;
    }

    void stopReceiving() {
        ioWanted = false;
        disconnect();
    }

    void startApplying() {
        sqlRuns = source != null;
        sqlError = ReplicationError.NONE;
    }

    boolean appliedAll() {
        return relayLog.isEmpty();
    }

    /** At the next start of its IO thread. */
    void acknowledges(boolean on) {
        acknowledges = on;
    }

    /** Whether it acknowledges to that one, or would as soon as it is connected. */
    boolean mayAcknowledge(Mysqld primary) {
        Connection open = connection;
        return running
                && ioWanted
                && primary.host.equals(source)
                && ((open != null && open.counts() && open.source == primary)
                        ? open.acknowledges
                        : (acknowledges && !primary.barred.contains(address)));
    }

    private void disconnect() {
        Connection open = connection;
        if (open != null) {
            open.leave();
            connection = null;
        }
    }

    /** Ends the connections of a replica at that address. */
    void bar(String replica) {
        barred.add(replica);
        replicas.stream().filter(each -> each.address.equals(replica)).forEach(Connection::end);
    }

    /**
     * One step of both threads.
     *
     * @param from the source, when it exists
     */
    void replicate(Optional<Mysqld> from, Network network) {
        if (!answers() || source == null) {
            return;
        }
        if (ioWanted) {
            receive(from, network);
        }
        apply();
    }

    private void receive(Optional<Mysqld> from, Network network) {
        Connection open = connection;
        if (open == null) {
            from.ifPresentOrElse(server -> connect(server, network), this::notConnected);
            return;
        }
        boolean arrives = !open.source.frozen && network.leads(open.source.instance, instance);
        if (!open.alive() || (!arrives && world.now().isAfter(heard.plus(NET_TIMEOUT)))) {
            disconnect();
            notConnected();
        } else if (arrives) {
            heard = world.now();
            take(open, network);
        }
    }

    private void notConnected() {
        ioError = new ReplicationError(2003, "Can't connect to MySQL server");
    }

    private void connect(Mysqld from, Network network) {
        if (!from.answers() || !network.connects(instance, from.instance)) {
            notConnected();
        } else if (from.barred.contains(address)) {
            ioError = new ReplicationError(1045, "Access denied");
        } else if (!from.purged.isSubsetOf(received)) {
            ioError = new ReplicationError(PURGED, "purged required binary logs");
            ioWanted = false;
        } else {
            Connection open = new Connection(this, from, address, acknowledges);
            connection = open;
            from.accept(open);
            heard = world.now();
            sourceUuid = from.uuid;
            ioError = ReplicationError.NONE;
            while (open.sent < from.binlog.size() && received.contains(from.binlog.get(open.sent))) {
                open.sent++;
            }
            readTo = open.sent;
        }
    }

    private void accept(Connection open) {
        replicas.stream().filter(each -> each.replica == open.replica).forEach(Connection::end);
        replicas.removeIf(each -> each.replica == open.replica);
        replicas.add(open);
        waits.connected(open.replica.instance);
    }

    private void take(Connection open, Network network) {
        List<Transaction> log = open.source.binlog;
        if (open.sent > log.size()) {
            // The source's data were replaced.
            disconnect();
            return;
        }
        if (open.sent == log.size()) {
            return;
        }
        for (Transaction next : log.subList(open.sent, log.size())) {
            if (!received.contains(next)) {
                received.add(next);
                relayLog.add(next);
                hold(next);
            }
        }
        open.sent = log.size();
        readTo = open.sent;
        if (open.acknowledges) {
            int position = open.sent;
            world.after(world.between(0, 15), () -> arrive(open, position, network));
        }
    }

    /** An acknowledgement that can't get through is sent again, until the source ends the connection. */
    private void arrive(Connection open, int position, Network network) {
        if (!open.counts()) {
            return;
        }
        if (open.source.frozen || !network.leads(instance, open.source.instance)) {
            world.after(Duration.ofMillis(200), () -> arrive(open, position, network));
        } else {
            open.source.waits.acknowledge(instance, position);
        }
    }

    private void apply() {
        if (!sqlRuns || world.now().isBefore(appliesFrom)) {
            return;
        }
        for (int left = 40; left > 0 && sqlRuns && !relayLog.isEmpty(); left--) {
            Transaction next = relayLog.getFirst();
            if (next.content() instanceof Content.Row(int id) && rows.get(id)) {
                sqlError = DUPLICATE;
                sqlRuns = false;
            } else {
                relayLog.removeFirst();
                log(next);
                execute(next);
            }
        }
    }

    // ---- CLONE

    /** Drops all data; the copy is there after a while, if the donor stays well. */
    void copyFrom(Mysqld donor, BooleanSupplier connected) {
        drop();
        readOnly = true;
        superReadOnly = false;
        long bytes = donor.rows.cardinality() * ROW_BYTES;
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
        binlog.clear();
        logged = new Gtids();
        rows = new BitSet();
        executed = new Gtids();
        purged = new Gtids();
        removeChannel();
        schema = false;
        heartbeat = Optional.empty();
    }

    private void takeOver(Mysqld donor) {
        rows = (BitSet) donor.rows.clone();
        executed = donor.executed.copy();
        purged = donor.executed.copy();
        logged = donor.executed.copy();
        schema = donor.schema;
        heartbeat = donor.heartbeat;
        barred = new HashSet<>(donor.barred);
        removeChannel();
        source = donor.source;
        cloning = cloning.map(clone -> clone.with(its -> its.state(CloneProgress.State.Completed)
                .bytes(clone.totalBytes())
                .donorCoordinates(Optional.of(donor.coordinates()))));
        world.note(instance + " holds a copy of " + donor.instance);
        end();
    }

    // ---- answers

    BinlogCoordinates coordinates() {
        return new BinlogCoordinates(
                "binlog.000001",
                158L + binlog.size() * ROW_BYTES,
                executed.toSet().toString());
    }

    ServerState state() {
        int clients = (int) replicas.stream()
                .filter(each -> each.alive() && each.acknowledges)
                .count();
        Connection open = connection;
        boolean acknowledging = open != null && open.acknowledges;
        return new ServerState(
                1000 + number,
                uuid,
                "9.7.4",
                readOnly,
                superReadOnly,
                false,
                executed.toSet(),
                purged.toSet(),
                coordinates(),
                Duration.between(startedAt, world.now()).toSeconds(),
                128 << 20,
                schema,
                heartbeat,
                Optional.ofNullable(source).map(this::channel),
                cloning,
                Optional.of(new SemiSync(
                        waits.enabled(), waits.count(), clients, waits.waiting(), acknowledges, acknowledging)));
    }

    private Channel channel(String from) {
        IoThread io = !ioWanted ? IoThread.No : connection != null ? IoThread.Yes : IoThread.Connecting;
        return new Channel(
                from,
                3306,
                "repl",
                Optional.of(sourceUuid).filter(known -> !known.isEmpty()),
                true,
                true,
                io,
                sqlRuns,
                "binlog.000001",
                158L + readTo * ROW_BYTES,
                "binlog.000001",
                158,
                received.toSet(),
                ioError,
                sqlError);
    }

    @Override
    public String toString() {
        return "%s: %s%s%s waits %d of %d, source %s, %s %s %s, executed %s"
                .formatted(
                        instance,
                        running ? "runs" : "is down",
                        frozen ? ", frozen" : "",
                        writable() ? ", open" : "",
                        waits.waiting(),
                        waits.inForce(),
                        source,
                        connection == null ? "not connected" : "connected",
                        ioError,
                        sqlError,
                        executed.toSet());
    }
}
