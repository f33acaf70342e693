package dev.replicationset.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the cluster says of a failed test, kept in {@code e2e/target/e2e/<test>}. */
final class Evidence {
    private static final Logger LOG = LoggerFactory.getLogger(Evidence.class);
    private static final String[] SINCE = {"--since=10m", "--tail=-1", "--prefix", "--all-containers", "--timestamps"};

    private final Shell shell;

    Evidence(Shell shell) {
        this.shell = shell;
    }

    /** Never fails: the test's own failure is what must be seen. */
    void keep(String test, @Nullable TestNamespace namespace) {
        Path folder = Project.evidence().resolve(test);
        try {
            Files.createDirectories(folder);
            write(folder, "operator.log", operator("logs", "-l", "app.kubernetes.io/component=operator"), SINCE);
            write(folder, "operator.txt", operator("describe", "pods,leases"));
            if (namespace != null) {
                String name = namespace.name();
                write(folder, "objects.txt", in(name, "get", "mrs,all,pvc,cm,secrets,endpointslices", "-o", "wide"));
                write(folder, "sets.yaml", in(name, "get", "mrs", "-o", "yaml"));
                write(folder, "describe.txt", in(name, "describe", "mrs,statefulsets,pods,pvc"));
                write(folder, "events.txt", in(name, "get", "events", "--sort-by=.lastTimestamp", "-o", "wide"));
                write(folder, "mysqld.log", in(name, "logs", "-l", "app.kubernetes.io/name=mysql"), SINCE);
                write(folder, "mysqld-before.log", in(name, "logs", "-p", "-l", "app.kubernetes.io/name=mysql"), SINCE);
            }
            LOG.error("{} failed; see {}", test, Project.root().relativize(folder));
        } catch (IOException | UncheckedIOException | AssertionError e) {
            LOG.error("{} failed, and its evidence can't be kept", test, e);
        }
    }

    private void write(Path folder, String file, List<String> command, String... more) throws IOException {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(more));
        Files.writeString(
                folder.resolve(file), shell.attempt(line.toArray(String[]::new)).all());
    }

    private static List<String> operator(String... arguments) {
        return in(OperatorInstall.NAMESPACE, arguments);
    }

    private static List<String> in(String namespace, String... arguments) {
        List<String> line = new ArrayList<>(List.of("kubectl", "-n", namespace, "--request-timeout=20s"));
        line.addAll(List.of(arguments));
        return line;
    }
}
