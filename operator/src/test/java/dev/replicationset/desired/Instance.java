package dev.replicationset.desired;

import com.github.dockerjava.api.model.Bind;
import dev.replicationset.topology.ObjectRef;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.testcontainers.containers.GenericContainer;

/** A container as the pod of an instance has it: the same user, mounts and read-only root. Commands are run in it. */
final class Instance extends GenericContainer<Instance> {
    static final String CONFIG = "/etc/mysql-replicationset-wanted";
    private static final String IMAGE = Objects.requireNonNullElse(System.getenv("MYSQL_IMAGE"), "mysql:9.7");

    private final Path config;

    @SuppressWarnings("this-escape") // That is how containers are set up.
    Instance(Path config) {
        super(IMAGE);
        this.config = config;
        withTmpFs(Map.of(
                "/var/lib/mysql", "rw,uid=999,gid=999",
                "/var/run/mysqld", "rw,uid=999,gid=999",
                "/tmp", "rw,uid=999,gid=999",
                "/etc/mysql-replicationset", "rw,uid=999,gid=999"));
        withCreateContainerCmdModifier(create -> {
            create.withUser("999:999").withEntrypoint("sleep", "infinity");
            // Not by withFileSystemBind, which first tries the engine with an image of its own.
            Objects.requireNonNull(create.getHostConfig())
                    .withReadonlyRootfs(true)
                    .withBinds(Bind.parse(config + ":" + CONFIG + ":ro"));
        });
    }

    /** Writes what ConfigMap and Secret of orders-1 hold. Returns root's password. */
    String configure(Golden golden) throws IOException {
        Map<ObjectRef, HasMetadata> objects = DesiredObjects.of(golden.resource(), Existing.NOTHING, new Random(1));
        ConfigMap files = (ConfigMap) get(objects, "ConfigMap", "orders-1");
        for (Map.Entry<String, String> file : files.getData().entrySet()) {
            Files.writeString(config.resolve(file.getKey()), file.getValue());
        }
        for (String file : List.of("accounts.sql", "local.cnf")) {
            Files.writeString(config.resolve(file), text(objects, "orders-accounts", file));
        }
        try (InputStream look = Objects.requireNonNull(Instance.class.getResourceAsStream("look.sh"))) {
            Files.write(config.resolve("look.sh"), look.readAllBytes());
        }
        return text(objects, "orders-root", "password");
    }

    ExecResult sh(String command) {
        try {
            return execInContainer("sh", "-c", command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    ExecResult initialize() {
        return sh("sh " + CONFIG + "/initialize.sh 2>&1");
    }

    /** Kills all that the script has started. */
    void initializeKilledAfter(Duration time) {
        sh(String.format(Locale.ROOT, "timeout -s KILL %.3f sh %s/initialize.sh", time.toMillis() / 1000.0, CONFIG));
    }

    /** What a started server tells, as lines of key=value. */
    ExecResult look(String rootPassword) {
        return sh("sh " + CONFIG + "/look.sh " + rootPassword);
    }

    private static String text(Map<ObjectRef, HasMetadata> objects, String secret, String key) {
        Map<String, String> data = ((Secret) get(objects, "Secret", secret)).getData();
        return new String(Base64.getDecoder().decode(Objects.requireNonNull(data.get(key))), StandardCharsets.UTF_8);
    }

    private static HasMetadata get(Map<ObjectRef, HasMetadata> objects, String kind, String name) {
        return Objects.requireNonNull(objects.get(new ObjectRef(kind, name)));
    }
}
