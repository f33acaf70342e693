package dev.replicationset.e2e.crd;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One file of resources/crd: the states of a resource one after the other, and what the API server says of the last.
 *
 * @param refusals parts of the message, from the comments {@code # refused: …}; none when it is to be accepted
 */
record CrdCase(String name, List<GenericKubernetesResource> states, List<String> refusals) {
    private static final Path FOLDER = Path.of("src/test/resources/crd");
    private static final String REFUSED = "# refused: ";

    static List<CrdCase> all(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            List<Path> sorted = files.sorted().toList();
            return sorted.stream().map(CrdCase::read).toList();
        }
    }

    private static CrdCase read(Path file) {
        try {
            String text = Files.readString(file);
            var serialization = new KubernetesSerialization();
            List<GenericKubernetesResource> states = Stream.of(text.split("(?m)^---$"))
                    .map(state -> serialization.unmarshal(state, GenericKubernetesResource.class))
                    .toList();
            List<String> refusals = text.lines()
                    .filter(line -> line.startsWith(REFUSED))
                    .map(line -> line.substring(REFUSED.length()))
                    .toList();
            return new CrdCase(String.valueOf(file.getFileName()).replace(".yaml", ""), states, refusals);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
