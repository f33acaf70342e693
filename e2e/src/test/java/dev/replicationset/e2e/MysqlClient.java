package dev.replicationset.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

/** Connects this JVM to the servers of a namespace, with the passwords from their Secrets. */
public final class MysqlClient {
    private static final int PORT = 3306;
    private static final int ADMIN_PORT = 33062;
    private static final String NO_CONNECTION = "08"; // the class of SQL states
    private static final Duration PROXY_LAG = Duration.ofSeconds(10);
    private static final Patience USUAL = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(10));
    private static final Patience LITTLE = new Patience(Duration.ofSeconds(1), Duration.ofMillis(1500));

    /** How long a client waits for a connection, and for an answer. */
    private record Patience(Duration connect, Duration answer) {}

    private final KubernetesClient client;

    MysqlClient(KubernetesClient client) {
        this.client = client;
    }

    /** As the application, where it writes. */
    public Session primary(String set) throws SQLException {
        return throughService(set, set + "-primary");
    }

    /**
     * As the application, where it writes; looked up now, so that to connect again asks no API server. Its connections
     * give up after a second and a half without an answer.
     */
    public Writes writes(String set) {
        return new Writes(serviceIp(set + "-primary"), login(set + "-app"), database(set));
    }

    /** Where the application writes. */
    public record Writes(String host, Login login, String database) {
        public Session connect() throws SQLException {
            return MysqlClient.connect(host, PORT, login, database, LITTLE);
        }
    }

    /** As the application, where it reads. */
    public Session replicas(String set) throws SQLException {
        return throughService(set, set + "-replicas");
    }

    /** As the application, to one instance whatever its role. */
    public Session instance(String set, String instance) throws SQLException {
        return connect(podIp(instance), PORT, login(set + "-app"), database(set));
    }

    /** As the operator, to one instance by its admin port: with nearly all rights. */
    public Session admin(String set, String instance) throws SQLException {
        return connect(podIp(instance), ADMIN_PORT, login(set + "-operator"), "");
    }

    /** A node's proxy learns of a Service's new endpoint a moment after Kubernetes does: no connection, try again. */
    private Session throughService(String set, String service) throws SQLException {
        String ip = serviceIp(service);
        Login login = login(set + "-app");
        String database = database(set);
        long end = System.nanoTime() + PROXY_LAG.toNanos();
        while (true) {
            try {
                return connect(ip, PORT, login, database);
            } catch (SQLException e) {
                boolean connected = e.getSQLState() == null || !e.getSQLState().startsWith(NO_CONNECTION);
                if (connected || System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    /** Name and password that a Secret holds. */
    public Login login(String secret) {
        return new Login(secret(secret, "username"), secret(secret, "password"));
    }

    /** One value of a Secret. */
    public String secret(String name, String key) {
        Secret secret = Optional.ofNullable(client.secrets().withName(name).get())
                .orElseThrow(() -> new AssertionError("no Secret " + name));
        return Optional.ofNullable(secret.getData().get(key))
                .map(data -> new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8))
                .orElseThrow(() -> new AssertionError("Secret " + name + " has no key " + key));
    }

    private String database(String set) {
        return secret(set + "-app", "database");
    }

    public String serviceIp(String name) {
        return Optional.ofNullable(client.services().withName(name).get())
                .map(Service::getSpec)
                .orElseThrow(() -> new AssertionError("no Service " + name))
                .getClusterIP();
    }

    public String podIp(String instance) {
        Pod pod = Optional.ofNullable(client.pods().withName(instance + "-0").get())
                .orElseThrow(() -> new AssertionError("no pod of " + instance));
        return Optional.ofNullable(pod.getStatus().getPodIP())
                .orElseThrow(() -> new AssertionError("the pod of " + instance + " has no address"));
    }

    /** Connects within two seconds; statements fail after ten without an answer. */
    public static Session connect(String host, int port, Login login, String database) throws SQLException {
        return connect(host, port, login, database, USUAL);
    }

    private static Session connect(String host, int port, Login login, String database, Patience patience)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password());
        properties.setProperty("sslMode", "REQUIRED");
        properties.setProperty("connectTimeout", String.valueOf(patience.connect.toMillis()));
        properties.setProperty("socketTimeout", String.valueOf(patience.answer.toMillis()));
        String url = "jdbc:mysql://%s:%d/%s".formatted(host, port, database);
        return new Session(DriverManager.getConnection(url, properties));
    }

    public record Login(String user, String password) {}
}
