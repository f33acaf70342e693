package dev.replicationset.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/** Connects this JVM to the servers of a namespace, with the passwords from their Secrets. */
public final class MysqlClient {
    private static final int PORT = 3306;
    private static final int ADMIN_PORT = 33062;

    private final KubernetesClient client;

    MysqlClient(KubernetesClient client) {
        this.client = client;
    }

    /** As the application, where it writes. */
    public Session primary(String set) throws SQLException {
        return connect(serviceIp(set + "-primary"), PORT, login(set + "-app"), database(set));
    }

    /** As the application, where it reads. */
    public Session replicas(String set) throws SQLException {
        return connect(serviceIp(set + "-replicas"), PORT, login(set + "-app"), database(set));
    }

    /** As the application, to one instance whatever its role. */
    public Session instance(String set, String instance) throws SQLException {
        return connect(podIp(instance), PORT, login(set + "-app"), database(set));
    }

    /** As the operator, to one instance by its admin port: with nearly all rights. */
    public Session admin(String set, String instance) throws SQLException {
        return connect(podIp(instance), ADMIN_PORT, login(set + "-operator"), "");
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
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password());
        properties.setProperty("sslMode", "REQUIRED");
        properties.setProperty("connectTimeout", "2000");
        properties.setProperty("socketTimeout", "10000");
        String url = "jdbc:mysql://%s:%d/%s".formatted(host, port, database);
        return new Session(DriverManager.getConnection(url, properties));
    }

    public record Login(String user, String password) {}
}
