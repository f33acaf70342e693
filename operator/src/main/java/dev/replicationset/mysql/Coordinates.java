package dev.replicationset.mysql;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerView.Cause;
import java.sql.ResultSet;
import java.sql.SQLException;

/** SHOW BINARY LOG STATUS: file, position and GTID set of one moment. */
final class Coordinates {
    private static final String SQL = "SHOW BINARY LOG STATUS";

    private Coordinates() {}

    static BinlogCoordinates read(ResultSet row, boolean gtids) throws SQLException {
        return new BinlogCoordinates(
                row.getString("File"),
                row.getLong("Position"),
                gtids ? GtidSet.parse(row.getString("Executed_Gtid_Set")).toString() : "");
    }

    static BinlogCoordinates read(Session session) throws MysqlFailure {
        boolean gtids = session.one("SELECT @@GLOBAL.gtid_mode <> 'OFF'", row -> row.getBoolean(1));
        return session.first(SQL, row -> read(row, gtids))
                .orElseThrow(() -> new MysqlFailure(Cause.Failed, 0, "the server keeps no binary log"));
    }
}
