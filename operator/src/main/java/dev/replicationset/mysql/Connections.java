package dev.replicationset.mysql;

import com.mysql.cj.jdbc.AbandonedConnectionCleanupThread;
import com.mysql.cj.jdbc.Driver;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to the administrative port, always over TLS. That port stays reachable when max_connections is used
 * up and in offline_mode.
 */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final Duration CONNECT = Duration.ofSeconds(1);

    private final Driver driver;

    Connections() {
        try {
            driver = new Driver();
        } catch (SQLException e) {
            throw new IllegalStateException("the JDBC driver can't be registered", e);
        }
        // Every connection is closed by its owner; the driver's thread that looks for forgotten ones is not needed.
        AbandonedConnectionCleanupThread.uncheckedShutdown();
    }

    /** What a connection is for. */
    enum Purpose {
        /** Many small questions in one round trip. */
        Observe(Duration.ofMillis(1500)),
        Command(Duration.ofSeconds(2)),
        Heartbeat(Duration.ofMillis(1500)),
        /** A statement that runs as long as the copy takes; nothing is read meanwhile. */
        Clone(Duration.ZERO);

        private final Duration read;

        Purpose(Duration read) {
            this.read = read;
        }
    }

    Connection open(ServerAddress server, Accounts.Login login, Purpose purpose) throws MysqlFailure {
        Properties settings = new Properties();
        settings.setProperty("user", login.user());
        settings.setProperty("password", login.password());
        settings.setProperty("sslMode", "REQUIRED");
        settings.setProperty("connectTimeout", Long.toString(CONNECT.toMillis()));
        settings.setProperty("socketTimeout", Long.toString(purpose.read.toMillis()));
        settings.setProperty("socketFactory", ImpatientSocketFactory.class.getName());
        settings.setProperty("tcpKeepAlive", "true");
        settings.setProperty("characterEncoding", "UTF-8");
        settings.setProperty("useAffectedRows", "true");
        settings.setProperty(
                "allowMultiQueries", Boolean.toString(purpose == Purpose.Observe || purpose == Purpose.Command));
        settings.setProperty(
                "connectionAttributes", "program_name:mysql-replicationset-operator,purpose:" + purpose.name());
        // A known sql_mode, so that quoting has one meaning whatever my.cnf says; and no statement waits for a lock
        // longer than the reader of its answer.
        settings.setProperty(
                "sessionVariables",
                "sql_mode='',lock_wait_timeout=1,innodb_lock_wait_timeout=1,wait_timeout=28800,time_zone='+00:00'");
        try {
            Connection connection = driver.connect(url(server), settings);
            if (connection == null) {
                throw new MysqlFailure(ServerView.Cause.Failed, 0, "not an address: " + server.host());
            }
            return connection;
        } catch (SQLException e) {
            throw Failures.of(e);
        }
    }

    /** Ends a connection without a word to a server that may not listen. */
    static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("connection could not be aborted", e);
        }
    }

    private static String url(ServerAddress server) {
        String host = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
        return "jdbc:mysql://" + host + ":" + server.adminPort() + "/";
    }
}
