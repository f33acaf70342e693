package dev.replicationset.desired;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.topology.ObjectRef;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One folder of {@code src/test/resources/golden}: a resource, and the objects that are made for it. */
record Golden(Path folder) {
    private static final Path CASES = Path.of("src/test/resources/golden");

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    static List<Golden> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.sorted().map(Golden::new).toList();
        }
    }

    static Golden of(String name) {
        return new Golden(CASES.resolve(name));
    }

    MySQLReplicationSet resource() throws IOException {
        return Serialization.unmarshal(Files.readString(folder.resolve("in.yaml")), MySQLReplicationSet.class);
    }

    SortedMap<ObjectRef, HasMetadata> objects() throws IOException {
        return DesiredObjects.of(resource(), Existing.NOTHING, new Random(1));
    }

    Path out() {
        return folder.resolve("out");
    }

    /** File name and content of each object. */
    SortedMap<String, String> rendered() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        for (HasMetadata object : objects().values()) {
            String name = object.getKind().toLowerCase(Locale.ROOT) + "-"
                    + object.getMetadata().getName() + ".yaml";
            files.put(name, YAML.writeValueAsString(readable(object)));
        }
        return files;
    }

    SortedMap<String, String> expected() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        if (Files.isDirectory(out())) {
            try (Stream<Path> found = Files.list(out())) {
                for (Path file : found.toList()) {
                    files.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        return files;
    }

    // Secrets in plain text; what has tests of its own is left out.
    private static HasMetadata readable(HasMetadata object) {
        switch (object) {
            case Secret secret -> {
                Map<String, String> text = new HashMap<>();
                secret.getData()
                        .forEach((key, value) ->
                                text.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
                text.computeIfPresent("accounts.sql", (key, script) -> "(the statements)");
                secret.setStringData(text);
                secret.setData(Map.of());
            }
            case ConfigMap config ->
                config.setData(
                        Map.of("my.cnf", config.getData().getOrDefault("my.cnf", ""), "initialize.sh", "(the script)"));
            default -> {}
        }
        return object;
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
