package dev.replicationset.e2e.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** What a chart's {@code values.yaml} says: each value with its default and the comment above it. */
record ValuesTable(List<Row> rows) {

    record Row(String name, String byDefault, String comment) {}

    static ValuesTable of(String yaml) {
        LoadSettings settings = LoadSettings.builder().setParseComments(true).build();
        Node root = new Compose(settings).composeString(yaml).orElseThrow();
        List<Row> rows = new ArrayList<>();
        collect("", (MappingNode) root, rows);
        return new ValuesTable(rows);
    }

    // A mapping with a comment of its own is one value, one without is a group of values.
    private static void collect(String prefix, MappingNode mapping, List<Row> rows) {
        for (NodeTuple entry : mapping.getValue()) {
            ScalarNode key = (ScalarNode) entry.getKeyNode();
            String name = prefix + key.getValue();
            String comment = comment(key);
            if (comment.isEmpty() && entry.getValueNode() instanceof MappingNode group) {
                collect(name + ".", group, rows);
            } else {
                rows.add(new Row(name, text(entry.getValueNode()), comment));
            }
        }
    }

    private static String comment(Node key) {
        List<org.snakeyaml.engine.v2.comments.CommentLine> lines = key.getBlockComments();
        return lines == null
                ? ""
                : lines.stream()
                        .map(line -> line.getValue().strip())
                        .collect(Collectors.joining(" "))
                        .strip();
    }

    private static String text(Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.getValue().isEmpty() ? "\"\"" : scalar.getValue();
            case SequenceNode list ->
                list.getValue().stream().map(ValuesTable::text).collect(Collectors.joining(", ", "[", "]"));
            case MappingNode mapping ->
                mapping.getValue().stream()
                        .map(entry -> text(entry.getKeyNode()) + ": " + text(entry.getValueNode()))
                        .collect(Collectors.joining(", ", "{", "}"));
            default -> throw new IllegalArgumentException("unexpected in values.yaml: " + node);
        };
    }

    /** As a table of a README. */
    String markdown() {
        return rows.stream()
                .map(row -> "| `%s` | `%s` | %s |\n".formatted(row.name(), row.byDefault(), row.comment()))
                .collect(Collectors.joining("", "| value | default | meaning |\n| --- | --- | --- |\n", ""));
    }
}
