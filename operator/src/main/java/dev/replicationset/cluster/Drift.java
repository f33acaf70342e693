package dev.replicationset.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.replicationset.desired.Labels;
import dev.replicationset.topology.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Where live objects differ from what they should be. An object is as it should be when it was last applied as it is
 * desired now ({@link Labels#APPLIED}), and every field that is desired is there with its value. So a change by hand is
 * found, a field that is no longer desired is taken away, and what the API server fills in is not mistaken for drift.
 */
final class Drift {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Fields by which an element of a list is known: others may add elements of their own to such lists. */
    private static final Set<String> KEYS = Set.of("name", "topologyKey");

    /** Maps whose values are quantities. */
    private static final Set<String> QUANTITIES = Set.of("requests", "limits");

    private Drift() {}

    /** Live objects that are being deleted are no drift: they are made anew when they are gone. */
    static Set<ObjectRef> between(Map<ObjectRef, HasMetadata> desired, Map<ObjectRef, HasMetadata> live) {
        Set<ObjectRef> drift = new TreeSet<>();
        desired.forEach((ref, object) -> {
            HasMetadata found = live.get(ref);
            if (found == null || (!found.isMarkedForDeletion() && differs(object, found))) {
                drift.add(ref);
            }
        });
        return drift;
    }

    static boolean differs(HasMetadata desired, HasMetadata live) {
        return !applied(desired).equals(applied(live))
                || !covers(MAPPER.valueToTree(desired), MAPPER.valueToTree(live), false);
    }

    private static Optional<String> applied(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Labels.APPLIED));
    }

    /** Whether {@code live} has all that {@code desired} asks for. */
    private static boolean covers(JsonNode desired, JsonNode live, boolean quantity) {
        if (isNothing(desired)) {
            return true;
        }
        if (desired.isObject()) {
            return live.isObject()
                    && desired.properties().stream()
                            .allMatch(field -> covers(
                                    field.getValue(),
                                    live.path(field.getKey()),
                                    quantity || QUANTITIES.contains(field.getKey())));
        }
        if (desired.isArray()) {
            return live.isArray() && coversList(desired, live, quantity);
        }
        if (desired.isNumber() && live.isNumber()) {
            return desired.decimalValue().compareTo(live.decimalValue()) == 0;
        }
        return desired.equals(live) || (quantity && sameQuantity(desired, live));
    }

    private static boolean coversList(JsonNode desired, JsonNode live, boolean quantity) {
        if (elements(desired).allMatch(element -> KEYS.stream().anyMatch(element::hasNonNull))) {
            return elements(desired)
                    .allMatch(element -> elements(live).anyMatch(found -> covers(element, found, quantity)));
        }
        return desired.size() == live.size()
                && IntStream.range(0, desired.size()).allMatch(i -> covers(desired.path(i), live.path(i), quantity));
    }

    // The API server leaves out what is empty.
    private static boolean isNothing(JsonNode desired) {
        return desired.isNull()
                || desired.isMissingNode()
                || (desired.isContainerNode() && desired.isEmpty())
                || (desired.isTextual() && desired.textValue().isEmpty());
    }

    private static boolean sameQuantity(JsonNode desired, JsonNode live) {
        return desired.isTextual()
                && live.isTextual()
                && Quantity.parse(desired.textValue())
                                .getNumericalAmount()
                                .compareTo(Quantity.parse(live.textValue()).getNumericalAmount())
                        == 0;
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
