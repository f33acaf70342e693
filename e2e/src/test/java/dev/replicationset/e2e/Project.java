package dev.replicationset.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where things lie in the repository. */
public final class Project {
    /** Names a registry, with a path maybe, from which a cluster of one's own gets the operator's image. */
    public static final String REGISTRY = "MRS_REGISTRY";

    private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

    private Project() {}

    /** The repository's folder: the nearest one upwards that holds the chart. */
    public static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("helm"))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                "not inside the repository: " + Path.of("").toAbsolutePath());
    }

    public static Path chart() {
        return root().resolve("helm/mysql-replicationset-operator");
    }

    public static Path examples() {
        return root().resolve("examples");
    }

    public static Path crds() {
        return root().resolve("crds");
    }

    /** Where the evidence of failed tests goes. */
    public static Path evidence() {
        return root().resolve("e2e/target/e2e");
    }

    /** The project's version, as the parent pom says it. */
    public static String version() {
        Matcher version = VERSION.matcher(read(root().resolve("pom.xml")));
        if (!version.find()) {
            throw new IllegalStateException("pom.xml has no version");
        }
        return version.group(1);
    }

    /** The operator's image, as the build names it; in the registry that {@value #REGISTRY} names, if it does. */
    public static String image() {
        return imageRepository() + ":" + version();
    }

    static String imageRepository() {
        String registry = System.getenv(REGISTRY);
        String name = "mysql-replicationset-operator";
        return registry == null || registry.isEmpty() ? name : registry + "/" + name;
    }

    /** The operator's image as a file, for clusters without a registry. */
    static Path imageArchive() {
        return root().resolve("operator/target/jib-image.tar");
    }

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files in a folder whose names end in {@code suffix}, by name. */
    public static List<Path> files(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
