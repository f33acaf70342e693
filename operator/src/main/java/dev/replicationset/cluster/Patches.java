package dev.replicationset.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.replicationset.desired.Names;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON merge patches of labels and annotations; a null value removes. */
final class Patches {
    static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(Names.OPERATOR)
            .build();

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Patches() {}

    static String labels(Map<String, ? extends @Nullable Object> labels) {
        return json(Map.of("metadata", Map.of("labels", labels)));
    }

    /** @param uid the patch is refused as invalid (422) when the object of that name has another */
    static String labels(Map<String, ? extends @Nullable Object> labels, String uid) {
        return json(Map.of("metadata", new TreeMap<>(Map.of("uid", uid, "labels", labels))));
    }

    static String annotations(Map<String, ? extends @Nullable Object> annotations) {
        return json(Map.of("metadata", Map.of("annotations", annotations)));
    }

    /** @param resourceVersion the patch is refused as a conflict (409) when the object has moved on from it */
    static String annotations(Map<String, ? extends @Nullable Object> annotations, String resourceVersion) {
        return json(Map.of(
                "metadata", new TreeMap<>(Map.of("resourceVersion", resourceVersion, "annotations", annotations))));
    }

    static String json(Object patch) {
        try {
            return MAPPER.writeValueAsString(patch);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
