package dev.replicationset.e2e;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Helm's own command line, on the project's chart. */
public final class Helm {
    private static final Pattern DOCUMENT = Pattern.compile("(?m)^---\\s*$");
    private static final Pattern COMMENT = Pattern.compile("(?m)^#.*$");

    private final Shell shell;
    private final Program program;
    private final KubernetesSerialization yaml;
    private final Path chart;

    Helm(Shell shell, Program program, KubernetesSerialization yaml, Path chart) {
        this.shell = shell;
        this.program = program;
        this.yaml = yaml;
        this.chart = chart;
    }

    /** Which of the two majors that the chart supports. */
    public enum Program {
        /** Helm 4 on the project's own cluster, elsewhere whatever goes by that name. */
        HELM,
        HELM3;

        /** As it is called. */
        String command() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Helm on a changed copy of the chart. */
    public Helm on(Path otherChart) {
        return new Helm(shell, program, yaml, otherChart);
    }

    /** {@code helm lint --strict} of the chart. */
    public Shell.Output lint() {
        return shell.attempt(program.command(), "lint", "--strict", chart.toString());
    }

    /** The objects that an installation would make. */
    public List<HasMetadata> render(Release release, String... more) {
        return DOCUMENT.splitAsStream(run("template", release, more))
                .filter(document -> !COMMENT.matcher(document).replaceAll("").isBlank())
                .<HasMetadata>map(yaml::unmarshal)
                .toList();
    }

    /** What Helm says when it refuses to render the chart with these values. */
    public String refusal(Release release) {
        Shell.Output output = shell.attempt(line("template", release, chart.toString()));
        if (output.exit() == 0) {
            throw new AssertionError("helm accepts " + release);
        }
        return output.err();
    }

    /** Installs, or upgrades what is installed, and waits until the pods are ready. Returns the notes. */
    public String install(Release release) {
        return run("upgrade", release, "--install", "--wait", "--timeout", "3m");
    }

    /** The same without waiting for pods. */
    public String installWithoutWaiting(Release release) {
        return run("upgrade", release, "--install");
    }

    /** Like {@link #install}, but tells what happened instead of failing. */
    public Shell.Output attempt(Release release, String... more) {
        List<String> arguments = new ArrayList<>(List.of(chart.toString(), "--install"));
        arguments.addAll(List.of(more));
        return shell.attempt(line("upgrade", release, arguments.toArray(String[]::new)));
    }

    /** Removes the release and waits until its objects are gone; does nothing when there is none. */
    public void uninstall(Release release) {
        shell.run(
                program.command(),
                "uninstall",
                release.name(),
                "-n",
                release.namespace(),
                "--ignore-not-found",
                "--wait",
                "--timeout",
                "2m");
    }

    /** All releases of this chart, without their values. */
    public List<Release> releases() {
        String json = shell.run(program.command(), "list", "-A", "-o", "json");
        return Stream.of(yaml.unmarshal(json, Listed[].class))
                .filter(release -> release.chart().startsWith("mysql-replicationset-operator-"))
                .map(release -> new Release(release.name(), release.namespace()))
                .toList();
    }

    private String run(String command, Release release, String... more) {
        String[] arguments =
                Stream.concat(Stream.of(chart.toString()), Stream.of(more)).toArray(String[]::new);
        return shell.run(line(command, release, arguments));
    }

    private String[] line(String command, Release release, String... arguments) {
        List<String> line = new ArrayList<>(List.of(program.command(), command, release.name()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("-n", release.namespace()));
        line.addAll(List.of("--set", "image.repository=" + Project.imageRepository()));
        release.values().forEach(value -> line.addAll(List.of("--set", value)));
        return line.toArray(String[]::new);
    }

    /**
     * One installation.
     *
     * @param values as {@code --set} takes them
     */
    public record Release(String name, String namespace, List<String> values) {
        public Release {
            values = List.copyOf(values);
        }

        public Release(String name, String namespace, String... values) {
            this(name, namespace, List.of(values));
        }

        /** The same release with more values. */
        public Release with(String... more) {
            return new Release(
                    name,
                    namespace,
                    Stream.concat(values.stream(), Stream.of(more)).toList());
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Listed(String name, String namespace, String chart) {}
}
