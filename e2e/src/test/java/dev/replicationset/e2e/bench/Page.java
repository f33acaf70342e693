package dev.replicationset.e2e.bench;

import dev.replicationset.e2e.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code docs/benchmarks.md}: a head, and a chapter for each class of this package that has run. */
final class Page {
    static final String HEAD = """
            # Benchmarks

            Written by `make bench`; [development](development.md) says how to run it. What is measured is the operator as the chart installs it by default, with two replicas, on the [development cluster](../dev/README.md): the control plane, three workers, every mysqld, the operator and the measuring clients share one machine, so that what is slow there is mostly the machine. Instances are small (`innodb_buffer_pool_size: 32M`).

            Each figure is the least, the middle and the greatest of its runs, none left aside; where it has many, p50 is the middle and p99 stands for the greatest. An aim is what the project promises itself; no test asserts it, since a time says as much about the machine as about the code. MB are 10⁶ bytes.
            """;

    private static final List<String> ORDER = List.of(
            "StartBench",
            "ScaleOutBench",
            "FailoverBench",
            "FailureBench",
            "ManySetsBench",
            "OperatorStartBench",
            "IdleBench");
    private static final Pattern CHAPTER =
            Pattern.compile("<!-- bench: (\\w+) -->\\n(.*?)(?=<!-- bench: |\\z)", Pattern.DOTALL);

    private Page() {}

    static Path file() {
        return Project.root().resolve("docs/benchmarks.md");
    }

    /** Replaces one chapter on disk and leaves the others as they are. */
    static void write(String bench, String chapter) {
        Path file = file();
        try {
            String before = Files.exists(file) ? Files.readString(file) : "";
            Files.writeString(file, with(before, bench, chapter));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page with this chapter in its place, whether it had one before or not. */
    static String with(String page, String bench, String chapter) {
        if (!ORDER.contains(bench)) {
            throw new IllegalArgumentException("the chapter of " + bench + " has no place on the page");
        }
        SortedMap<String, String> chapters = new TreeMap<>(Comparator.comparingInt(ORDER::indexOf));
        Matcher found = CHAPTER.matcher(page);
        while (found.find()) {
            // One of a class that is no more goes.
            if (ORDER.contains(found.group(1))) {
                chapters.put(found.group(1), found.group(2).strip());
            }
        }
        chapters.put(bench, chapter.strip());
        StringBuilder text = new StringBuilder(HEAD);
        chapters.forEach((name, body) -> text.append("\n<!-- bench: %s -->\n%s\n".formatted(name, body)));
        return text.toString();
    }
}
