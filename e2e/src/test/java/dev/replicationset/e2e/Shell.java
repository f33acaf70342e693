package dev.replicationset.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs programs in the project's folder.
 *
 * @param environment added to this JVM's own; its PATH finds the programs
 */
public record Shell(Map<String, String> environment) {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    public Shell {
        environment = Map.copyOf(environment);
    }

    /** What a program printed, and how it ended. */
    public record Output(int exit, String out, String err) {
        /** Both streams, for messages. */
        public String all() {
            return out + err;
        }
    }

    /**
     * Runs a program that must succeed within five minutes.
     *
     * @return what it wrote to standard output
     * @throws AssertionError with everything it printed, when it failed
     */
    public String run(String... command) {
        Output output = attempt(command);
        if (output.exit != 0) {
            throw new AssertionError(
                    "%s ended with %d:\n%s".formatted(String.join(" ", command), output.exit, output.all()));
        }
        return output.out;
    }

    /** Runs a program that may fail; five minutes at most. */
    public Output attempt(String... command) {
        return attempt(PATIENCE, command);
    }

    /** Runs a program that may fail; it is ended after {@code patience}. */
    public Output attempt(Duration patience, String... command) {
        try {
            Path out = Files.createTempFile("out", ".txt");
            Path err = Files.createTempFile("err", ".txt");
            try {
                Process process = builder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                int exit = await(process, patience, command);
                return new Output(exit, read(out), read(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program that takes long; what it prints appears in the test's own output. */
    public void show(Duration patience, String... command) {
        try {
            int exit = await(builder(command).inheritIO().start(), patience, command);
            if (exit != 0) {
                throw new AssertionError("%s ended with %d, see above".formatted(String.join(" ", command), exit));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder(String... command) {
        // Through env(1): Java itself would look for the program on this JVM's PATH only.
        List<String> line =
                Stream.concat(Stream.of("/usr/bin/env"), Stream.of(command)).toList();
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(Project.root().toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        return builder;
    }

    private static int await(Process process, Duration patience, String... command) {
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError("%s did not end within %s".formatted(String.join(" ", command), patience));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + String.join(" ", command), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
