package dev.replicationset.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The result sets of a statement that asked several questions, in their order. */
final class Answers {
    private final Statement statement;
    private ResultSet current;

    /** Stands at the first row of the first result. */
    Answers(Statement statement) throws SQLException {
        this.statement = statement;
        this.current = statement.getResultSet();
        if (!current.next()) {
            throw new SQLException("the server answered with no row");
        }
    }

    /** Goes to the next result. @return whether it has a row */
    boolean next() throws SQLException {
        if (!statement.getMoreResults()) {
            throw new SQLException("the server answered fewer questions than were asked");
        }
        current = statement.getResultSet();
        return current.next();
    }

    /** Goes to the next row of this result. */
    boolean nextRow() throws SQLException {
        return current.next();
    }

    /** The row it stands at. */
    ResultSet row() {
        return current;
    }
}
