package dev.replicationset.mysql;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.CloneProgress.State;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** performance_schema.clone_status and clone_progress, in this order. */
final class Clones {
    private Clones() {}

    static Optional<CloneProgress> read(Answers answers, boolean gtids) throws SQLException {
        Optional<CloneProgress> status = answers.next() ? Optional.of(status(answers.row(), gtids)) : Optional.empty();
        String stage = "";
        long bytes = 0;
        long total = 0;
        for (boolean more = answers.next(); more; more = answers.nextRow()) {
            ResultSet row = answers.row();
            bytes += row.getLong("data");
            total += row.getLong("estimate");
            if (!row.getString("state").equals("Not Started")) {
                stage = row.getString("stage");
            }
        }
        String last = stage;
        long done = bytes;
        long estimate = total;
        return status.map(known -> known.with(its -> its.stage(last).bytes(done).totalBytes(estimate)));
    }

    private static CloneProgress status(ResultSet row, boolean gtids) throws SQLException {
        State state = State.valueOf(row.getString("state").replace(" ", ""));
        // After a recipient was killed its copy still reads "In Progress", with an error and nobody who carries it on.
        if (state == State.InProgress && row.getLong("pid") == 0 && row.getInt("error_no") != 0) {
            state = State.Failed;
        }
        BigDecimal began = row.getBigDecimal("began");
        Optional<BinlogCoordinates> coordinates = state == State.Completed
                ? Optional.of(new BinlogCoordinates(
                        row.getString("binlog_file"),
                        row.getLong("binlog_position"),
                        gtids ? GtidSet.parse(row.getString("gtid_executed")).toString() : ""))
                : Optional.empty();
        return new CloneProgress(
                state,
                row.getString("source"),
                began == null ? Instant.EPOCH : ServerObserver.instant(began),
                "",
                0,
                0,
                row.getInt("error_no"),
                ServerObserver.oneLine(row.getString("error_message")),
                coordinates);
    }
}
