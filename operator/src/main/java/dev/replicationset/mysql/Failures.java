package dev.replicationset.mysql;

import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerView.Cause;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What an exception of the driver says about the server. */
final class Failures {
    private static final int SERVER_SHUTDOWN = 1053;
    private static final int ACCESS_DENIED = 1045;
    private static final int ACCESS_DENIED_NO_PASSWORD = 1698;
    private static final int SYNTAX_ERROR = 1064;
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    private Failures() {}

    static MysqlFailure of(SQLException e) {
        int number = e.getErrorCode();
        return new MysqlFailure(cause(e), number, message(e));
    }

    private static Cause cause(SQLException e) {
        switch (e.getErrorCode()) {
            case ACCESS_DENIED, ACCESS_DENIED_NO_PASSWORD -> {
                return Cause.AccessDenied;
            }
            case SERVER_SHUTDOWN -> {
                return Cause.Refused;
            }
            default -> {
                // Told by what is below.
            }
        }
        Cause found = Cause.Failed;
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            Cause told = told(t);
            found = told == null ? found : told;
        }
        return found;
    }

    private static @Nullable Cause told(Throwable t) {
        return switch (t) {
            case SocketTimeoutException timeout -> Cause.TimedOut;
            case NoRouteToHostException cut -> Cause.TimedOut;
            case UnknownHostException unknown -> Cause.Failed;
            case ConnectException connect -> mentions(connect, "timed out") ? Cause.TimedOut : Cause.Refused;
            case SocketException socket -> mentions(socket, "interrupt") ? Cause.Failed : Cause.Refused;
            case EOFException end -> Cause.Refused;
            case SSLException tls when mentions(tls, "closed") || mentions(tls, "terminated") -> Cause.Refused;
            default -> null;
        };
    }

    private static boolean mentions(Throwable t, String word) {
        return t.getMessage() != null && t.getMessage().contains(word);
    }

    /** The driver's first line; for a connection that broke, also what broke it. */
    private static String message(SQLException e) {
        if (e.getErrorCode() == SYNTAX_ERROR) {
            // Quotes the statement, which may hold a password.
            return "the server doesn't understand a statement";
        }
        StringBuilder text = new StringBuilder(firstLine(e));
        if (e.getErrorCode() == LOCK_WAIT_TIMEOUT) {
            text.append(" (waiting for running statements or for commits without acknowledgement)");
        }
        if (e.getErrorCode() == 0 && e.getCause() != null) {
            Throwable root = e.getCause();
            while (root.getCause() != null) {
                root = root.getCause();
            }
            text.append(": ")
                    .append(root.getClass().getSimpleName())
                    .append(": ")
                    .append(firstLine(root));
        }
        return text.toString();
    }

    private static String firstLine(Throwable t) {
        String text = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
        return text.lines().findFirst().orElse("");
    }
}
