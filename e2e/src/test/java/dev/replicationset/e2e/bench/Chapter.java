package dev.replicationset.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.replicationset.e2e.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one class has to say, in the making. Written to the page, and with every sample to {@code e2e/target/bench}. */
final class Chapter {
    private static final Logger LOG = LoggerFactory.getLogger(Chapter.class);

    private final String bench;
    private final String title;
    private final List<String> blocks = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();

    Chapter(Class<?> bench, String title) {
        this.bench = bench.getSimpleName();
        this.title = title;
    }

    Chapter text(String words) {
        blocks.add(words.strip() + "\n");
        return this;
    }

    Chapter table(Figure... rows) {
        return table(List.of(rows));
    }

    Chapter table(List<Figure> rows) {
        blocks.add(Figure.table(rows));
        figures.addAll(rows);
        return this;
    }

    /** A table of figures with many runs each. */
    Chapter quantiles(List<Figure> rows) {
        blocks.add(Figure.quantiles(rows));
        figures.addAll(rows);
        return this;
    }

    void write(Ground ground) {
        String body = "## %s\n\n%s\n*%s*\n".formatted(title, String.join("\n", blocks), ground.words());
        Map<String, Object> raw = new LinkedHashMap<>();
        raw.put("bench", bench);
        raw.put("ground", ground.words());
        raw.put("figures", figures);
        try {
            Path folder = Files.createDirectories(Project.root().resolve("e2e/target/bench"));
            Files.writeString(
                    folder.resolve(bench + ".json"),
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(raw));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Page.write(bench, body);
        LOG.info("{} is written to {}", bench, Project.root().relativize(Page.file()));
    }
}
