package dev.replicationset.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.topology.ReplicationReaction.Kind;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicationReactionTest {
    private static final ReplicationError NONE = ReplicationError.NONE;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2003 | Can't connect to MySQL server | WAIT",
                "2005 | Unknown MySQL server host | WAIT",
                "2013 | Lost connection | WAIT",
                "1045 | Access denied for user 'repl' | REFRESH_CREDENTIALS",
                "2061 | Authentication requires secure connection | REFRESH_CREDENTIALS",
                "13114 | the source has purged required binary logs | RECLONE",
                "13114 | Could not find first log file name in binary log index file | RECLONE",
                "13114 | Replica has more GTIDs than the source has, using the source's SERVER_UUID | ALERT",
                "13114 | Client requested source to start replication from position > file size | ALERT",
                "13114 | log event entry exceeded max_allowed_packet | RESTART_IO",
                "13115 | checksum | RESTART_IO",
                "13117 | equal MySQL server ids | ALERT",
                "13118 | heartbeat | RESTART_IO",
                "13119 | incident | RECLONE",
                "13120 | command COM_REGISTER_REPLICA failed | RESTART_IO",
                "13122 | Relay log write failure | ALERT",
                "13123 | metadata | ATTACH_ANEW",
                "13124 | metadata | ATTACH_ANEW",
                "1872 | applier metadata | ATTACH_ANEW",
                "4711 | never heard of | ALERT"
            })
    void ofTheIoThread(int number, String text, Kind expected) {
        ReplicationReaction reaction =
                ReplicationReaction.to(channel(IoThread.No, true, new ReplicationError(number, text), NONE));
        assertThat(reaction.kind()).isEqualTo(expected);
        assertThat(reaction.advice()).isNotEmpty();
        assertThat(reaction.divergence()).isEqualTo(number == 13119);
    }

    @ParameterizedTest
    @CsvSource({
        "13121, RESET_RELAY_LOGS, false",
        "1205, START, false",
        "1213, START, false",
        "1062, RECLONE, true",
        "1032, RECLONE, true",
        "1146, RECLONE, true",
        "1049, RECLONE, true",
        "1050, RECLONE, true",
        "1007, RECLONE, true",
        "1396, RECLONE, true",
        "13119, RECLONE, true",
        "13122, ALERT, false",
        "1872, ATTACH_ANEW, false",
        "1756, ALERT, false"
    })
    void ofTheSqlThread(int number, Kind expected, boolean divergence) {
        ReplicationReaction reaction =
                ReplicationReaction.to(channel(IoThread.Yes, false, NONE, new ReplicationError(number, "text")));
        assertThat(reaction.kind()).isEqualTo(expected);
        assertThat(reaction.divergence()).isEqualTo(divergence);
    }

    @Test
    void divergedDataOutweighALostConnection() {
        Channel both = channel(
                IoThread.Connecting,
                false,
                new ReplicationError(2003, "away"),
                new ReplicationError(1062, "duplicate"));
        assertThat(ReplicationReaction.to(both).kind()).isEqualTo(Kind.RECLONE);
    }

    @Test
    void errorsOfThreadsThatRunAreHistory() {
        Channel running = channel(
                IoThread.Yes, true, new ReplicationError(2003, "was away"), new ReplicationError(1205, "waited"));
        assertThat(ReplicationReaction.to(running)).isEqualTo(ReplicationReaction.NONE);
    }

    private static Channel channel(IoThread io, boolean sql, ReplicationError ioError, ReplicationError sqlError) {
        return new Channel(
                "source",
                3306,
                "repl",
                Optional.empty(),
                true,
                true,
                io,
                sql,
                "binlog.000001",
                4,
                "binlog.000001",
                4,
                GtidSet.EMPTY,
                ioError,
                sqlError);
    }
}
