package dev.replicationset.monitor;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerView;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Servers by host, each with an answer that a test sets. */
public final class FakeServers implements MysqlPort {
    public interface Answer {
        ServerState to(Login login) throws MysqlFailure;
    }

    record Beat(String host, Login login, long epoch) {}

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> polls = new ConcurrentHashMap<>();
    private final List<String> forgotten = new CopyOnWriteArrayList<>();
    private final List<Beat> beats = new CopyOnWriteArrayList<>();
    private volatile Optional<RuntimeException> heartbeatFault = Optional.empty();
    private volatile Optional<MysqlFailure> heartbeatFailure = Optional.empty();

    public void answer(String host, ServerState state) {
        answers.put(host, login -> state);
    }

    public void answer(String host, Answer answer) {
        answers.put(host, answer);
    }

    public void refuse(String host) {
        answers.put(host, login -> {
            throw new MysqlFailure(ServerView.Cause.Refused, 0, "connection refused");
        });
    }

    /** Lets every poll of it hang until the latch is opened. */
    public CountDownLatch freeze(String host, ServerState after) {
        CountDownLatch thawed = new CountDownLatch(1);
        answers.put(host, login -> {
            try {
                thawed.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return after;
        });
        return thawed;
    }

    public int polls(String host) {
        return polls.getOrDefault(host, 0);
    }

    List<String> forgotten() {
        return forgotten;
    }

    List<Beat> beats() {
        return beats;
    }

    void failHeartbeats(MysqlFailure failure) {
        heartbeatFailure = Optional.of(failure);
    }

    void breakHeartbeats(RuntimeException fault) {
        heartbeatFault = Optional.of(fault);
    }

    void mendHeartbeats() {
        heartbeatFailure = Optional.empty();
        heartbeatFault = Optional.empty();
    }

    @Override
    public MysqlPort until(Instant end) {
        return this;
    }

    @Override
    public ServerState observe(ServerAddress server, Login login) throws MysqlFailure {
        polls.merge(server.host(), 1, Integer::sum);
        Answer answer = answers.get(server.host());
        if (answer == null) {
            throw new MysqlFailure(ServerView.Cause.Refused, 0, "nobody there");
        }
        return answer.to(login);
    }

    @Override
    public void heartbeat(ServerAddress primary, Login login, long epoch) throws MysqlFailure {
        if (heartbeatFault.isPresent()) {
            throw heartbeatFault.get();
        }
        if (heartbeatFailure.isPresent()) {
            throw heartbeatFailure.get();
        }
        beats.add(new Beat(primary.host(), login, epoch));
    }

    @Override
    public void forget(ServerAddress server) {
        forgotten.add(server.host());
    }

    @Override
    public BinlogCoordinates open(
            ServerAddress server, Accounts accounts, String serverUuid, int acks, Collection<String> barred) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(ServerAddress server, Login login) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void prepareSchema(ServerAddress primary, Accounts accounts, long epoch, Optional<String> database) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void attach(
            ServerAddress replica, Accounts accounts, ServerAddress source, Action.Start start, boolean acknowledges) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void startReplication(ServerAddress replica, Login login, boolean acknowledges) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void restartIoThread(ServerAddress replica, Login login, boolean acknowledges) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void refreshCredentials(ServerAddress replica, Accounts accounts, boolean acknowledges) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resetRelayLogs(ServerAddress replica, Accounts accounts, boolean acknowledges) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void syncAccounts(ServerAddress server, Accounts accounts) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void beginClone(ServerAddress recipient, Accounts accounts, ServerAddress donor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void awaitAcks(ServerAddress primary, Login login, String serverUuid, int acks) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void acknowledge(ServerAddress replica, Login login, boolean on) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void bar(ServerAddress primary, Accounts accounts, String serverUuid, String address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unbar(ServerAddress primary, Accounts accounts, String serverUuid, String address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void stopReceiving(ServerAddress replica, Login login) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void startApplying(ServerAddress replica, Login login) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void promote(
            ServerAddress server, Accounts accounts, String serverUuid, int acks, Collection<String> barred) {
        throw new UnsupportedOperationException();
    }
}
