package dev.replicationset.crd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of the repository that are made from the resource's records. */
final class GeneratedFiles {
    /** A chart can hold no link to a file outside it, so it has a copy. */
    private static final List<String> FOLDERS = List.of("crds", "helm/mysql-replicationset-operator/files/crds");

    private GeneratedFiles() {}

    /** Texts by path from the root of the repository. */
    static Map<Path, String> texts() {
        ResourceDefinition definition = ResourceDefinition.generate();
        var texts = new LinkedHashMap<Path, String>();
        for (String folder : FOLDERS) {
            texts.put(Path.of(folder, "mysqlreplicationsets.replicationset.dev-v1.yml"), definition.yaml());
        }
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
