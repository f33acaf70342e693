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
                "1040 | Too many connections | WAIT",
                "1045 | Access denied for user 'repl' | REFRESH_CREDENTIALS",
                "3118 | Access denied for user 'repl'. Account is locked | REFRESH_CREDENTIALS",
                "1862 | Your password has expired | REFRESH_CREDENTIALS",
                "2061 | Authentication requires secure connection | REFRESH_CREDENTIALS",
                "3159 | Connections using insecure transport are prohibited | REFRESH_CREDENTIALS",
                "13114 | the source has purged required binary logs | RECLONE",
                "13114 | Could not find first log file name in binary log index file | RECLONE",
                "13114 | Replica has more GTIDs than the source has, using the source's SERVER_UUID | ALERT",
                "13114 | Client requested source to start replication from position > file size | ALERT",
                "13114 | log event entry exceeded max_allowed_packet | RESTART_IO",
                "13115 | checksum | RESTART_IO",
                "13116 | Failed to create Rotate_event (out of memory?) | RESTART_IO",
                "13117 | source and replica have equal MySQL server ids | ALERT",
                "13117 | the source has GTID_MODE = OFF and this server has GTID_MODE = ON | ALERT",
                "13117 | Failed to flush connection metadata | RESTART_IO",
                "13118 | heartbeat | RESTART_IO",
                "13119 | incident | RECLONE",
                "13120 | COM_REGISTER_REPLICA failed: Access denied for user 'repl' (Errno: 1045) | REFRESH_CREDENTIALS",
                "13120 | COM_REGISTER_REPLICA failed: Lost connection (Errno: 2013) | RESTART_IO",
                "13122 | Relay log write failure: could not queue event from source | RESTART_IO",
                "13123 | metadata | ATTACH_ANEW",
                "13124 | metadata | ATTACH_ANEW",
                "1872 | applier metadata | ATTACH_ANEW",
                "4711 | never heard of | RESTART_IO"
            })
    void ofTheIoThread(int number, String text, Kind expected) {
        IoThread thread = expected == Kind.WAIT ? IoThread.Connecting : IoThread.No;
        ReplicationReaction reaction =
                ReplicationReaction.to(channel(thread, true, new ReplicationError(number, text), NONE));
        assertThat(reaction.kind()).isEqualTo(expected);
        assertThat(reaction.advice()).isNotEmpty();
        assertThat(reaction.divergence()).isEqualTo(number == 13119);
    }

    /** It keeps the error of its last try, and tries no more. */
    @Test
    void anIoThreadThatWasStoppedWhileItCouldNotConnectIsStarted() {
        assertThat(ReplicationReaction.to(channel(IoThread.No, true, new ReplicationError(2003, "can't connect"), NONE))
                        .kind())
                .isEqualTo(Kind.RESTART_IO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "13121 | Relay log read failure | RESET_RELAY_LOGS",
                "13117 | I/O error reading the header from the binary log | RESET_RELAY_LOGS",
                "13117 | Binlog has bad magic number | RESET_RELAY_LOGS",
                "13117 | Fatal error: Failed during replica workers initialization | ATTACH_ANEW",
                "13117 | Fatal error: something else | START",
                "13123 | connection metadata | ATTACH_ANEW",
                "13124 | applier metadata | ATTACH_ANEW",
                "1872 | applier metadata | ATTACH_ANEW",
                "1205 | Could not execute Update_rows event on table dev.t; Lock wait timeout | START",
                "1213 | Could not execute Update_rows event on table dev.t; Deadlock found | START",
                "3572 | Error 'lock(s) could not be acquired immediately' on query. | START",
                "1317 | Could not execute Update_rows event on table dev.t; Query execution was interrupted | START",
                "1756 | The replica coordinator and worker threads are stopped | START",
                "1114 | Could not execute Write_rows event on table dev.t; The table 't' is full | START",
                "1030 | Could not execute Write_rows event on table dev.t; Got error 5 from storage engine | START",
                "13122 | Relay log write failure | START",
                "1286 | Error 'Unknown storage engine 'X'' on query. | ALERT",
                "13145 | Can't execute init_replica query | ALERT",
                "4711 | never heard of | ALERT"
            })
    void ofTheSqlThread(int number, String text, Kind expected) {
        ReplicationReaction reaction = toSql(number, text);
        assertThat(reaction.kind()).isEqualTo(expected);
        assertThat(reaction.advice()).isNotEmpty();
        assertThat(reaction.divergence()).isFalse();
    }

    /** Whatever the number: the source has executed what failed here. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1062 | Could not execute Write_rows event on table dev.t; Duplicate entry '7' for key 't.PRIMARY'",
                "1032 | Could not execute Update_rows event on table dev.t; Can't find record in 't'",
                "1146 | Error executing row event: 'Table 'dev.t' doesn't exist'",
                "1396 | Error 'Operation CREATE USER failed for 'app'@'%'' on query. Default database: ''",
                "4711 | Worker 1 failed; Error 'never heard of' on query. Default database: 'dev'",
                "13146 | Column 3 of table 'dev.t' cannot be converted from type 'int' to type 'bigint'",
                "13113 | Query caused different errors on source and replica",
                "13119 | The incident LOST_EVENTS occurred on the source"
            })
    void ofDifferingData(int number, String text) {
        ReplicationReaction reaction = toSql(number, text);
        assertThat(reaction.kind()).isEqualTo(Kind.RECLONE);
        assertThat(reaction.divergence()).isTrue();
    }

    private static ReplicationReaction toSql(int number, String text) {
        return ReplicationReaction.to(channel(IoThread.Yes, false, NONE, new ReplicationError(number, text)));
    }

    @Test
    void divergedDataOutweighALostConnection() {
        Channel both = channel(
                IoThread.Connecting,
                false,
                new ReplicationError(2003, "away"),
                new ReplicationError(1062, "Could not execute Write_rows event; Duplicate entry"));
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
