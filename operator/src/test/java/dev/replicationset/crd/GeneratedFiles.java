package dev.replicationset.crd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of the repository that are made from the resource's records. */
final class GeneratedFiles {
    private GeneratedFiles() {}

    /** Texts by path from the root of the repository. */
    static Map<Path, String> texts() {
        ResourceDefinition definition = ResourceDefinition.generate();
        var texts = new LinkedHashMap<Path, String>();
        texts.put(Path.of("crds/mysqlreplicationsets.replicationset.dev-v1.yml"), definition.yaml());
        // Helm packs nothing from outside the chart's folder.
        texts.put(
                Path.of("helm/mysql-replicationset-operator/files/crds/mysqlreplicationsets.replicationset.dev-v1.yml"),
                definition.yaml());
        texts.put(Path.of("docs/reference.md"), ReferencePage.of(definition.schema()));
        return texts;
    }

    /** Writes them; the argument is the root of the repository. */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        for (Map.Entry<Path, String> file : texts().entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
