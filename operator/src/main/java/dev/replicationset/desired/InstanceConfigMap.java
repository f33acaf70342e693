package dev.replicationset.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** my.cnf of one instance, and the scripts that start and end it. */
final class InstanceConfigMap {
    private InstanceConfigMap() {}

    static ConfigMap of(Owner owner, int number, String myCnf) {
        return new ConfigMapBuilder()
                .withMetadata(
                        owner.instanceMeta(Names.instance(owner.set(), number)).build())
                .withData(Map.of(
                        Files.MY_CNF, myCnf,
                        Files.INITIALIZE, script(Files.INITIALIZE),
                        Files.SERVE, script(Files.SERVE),
                        Files.STOP, script(Files.STOP),
                        Files.LOCAL, script(Files.LOCAL)))
                .build();
    }

    private static String script(String name) {
        try (InputStream file = Objects.requireNonNull(InstanceConfigMap.class.getResourceAsStream(name))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
