package dev.replicationset.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the operator is told by its environment.
 *
 * @param namespaces {@code WATCH_NAMESPACES}: those whose sets are looked after; empty for all
 * @param podName {@code POD_NAME}: by what name this process holds the lease; empty without leader election
 * @param podNamespace {@code POD_NAMESPACE}: where the lease is; empty when unknown
 * @param leaderElection {@code LEADER_ELECTION}: whether to act only while holding the lease
 * @param httpPort {@code HTTP_PORT}: of /livez, /readyz and /metrics; 0 takes any free one
 * @param reconcileThreads {@code RECONCILE_THREADS}: how many sets are acted on at once
 */
record Settings(
        Set<String> namespaces,
        String podName,
        String podNamespace,
        boolean leaderElection,
        int httpPort,
        int reconcileThreads) {
    static final int DEFAULT_HTTP_PORT = 8080;
    static final int DEFAULT_RECONCILE_THREADS = 16;

    private static final String OWN = "@own";
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "off");

    Settings {
        namespaces = Set.copyOf(namespaces);
    }

    /**
     * Reads the settings.
     *
     * @throws Invalid telling every variable that is wrong, what is wrong with it and what it takes
     */
    static Settings from(Map<String, String> environment) {
        Reader read = new Reader(environment);
        boolean inCluster = !read.text("KUBERNETES_SERVICE_HOST").isEmpty();
        boolean election = read.flag("LEADER_ELECTION", inCluster);
        String podName = read.text("POD_NAME");
        String podNamespace = read.text("POD_NAMESPACE");
        if (election && podName.isEmpty()) {
            read.wrong("POD_NAME", "is missing: leader election needs the pod's name, or LEADER_ELECTION=false");
        }
        if (election && podNamespace.isEmpty()) {
            read.wrong("POD_NAMESPACE", "is missing: leader election needs it, or LEADER_ELECTION=false");
        }
        Set<String> namespaces = read.namespaces("WATCH_NAMESPACES", podNamespace);
        int port = read.number("HTTP_PORT", DEFAULT_HTTP_PORT, 0, 65535);
        int threads = read.number("RECONCILE_THREADS", DEFAULT_RECONCILE_THREADS, 1, 1000);
        // Read by the logging configuration itself, which falls back in silence.
        read.level("LOG_LEVEL");
        read.check();
        return new Settings(namespaces, podName, podNamespace, election, port, threads);
    }

    /** The environment can't be used as it is. */
    static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1;

        Invalid(List<String> problems) {
            super(String.join("; ", problems));
        }
    }

    private static final class Reader {
        private final Map<String, String> environment;
        private final List<String> problems = new ArrayList<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        String text(String name) {
            return environment.getOrDefault(name, "").strip();
        }

        void wrong(String name, String problem) {
            problems.add(name + " " + problem);
        }

        boolean flag(String name, boolean otherwise) {
            return switch (text(name).toLowerCase(Locale.ROOT)) {
                case "" -> otherwise;
                case "true" -> true;
                case "false" -> false;
                default -> {
                    wrong(name, "is '" + text(name) + "': use true or false");
                    yield otherwise;
                }
            };
        }

        int number(String name, int otherwise, int least, int most) {
            String value = text(name);
            if (value.isEmpty()) {
                return otherwise;
            }
            try {
                int number = Integer.parseInt(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Told below, like a number out of range.
            }
            wrong(name, "is '" + value + "': use a number from " + least + " to " + most);
            return otherwise;
        }

        Set<String> namespaces(String name, String own) {
            Set<String> namespaces = new TreeSet<>();
            for (String part : Arrays.stream(text(name).split(",", -1))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList()) {
                if (part.equals(OWN)) {
                    if (own.isEmpty()) {
                        wrong(name, "is '" + OWN + "', but POD_NAMESPACE doesn't tell which namespace that is");
                    } else {
                        namespaces.add(own);
                    }
                } else if (NAMESPACE.matcher(part).matches()) {
                    namespaces.add(part);
                } else {
                    wrong(
                            name,
                            "has '" + part + "', which is no name of a namespace: use a list such as team-a,team-b,"
                                    + " or " + OWN + ", or nothing for all");
                }
            }
            return namespaces;
        }

        void level(String name) {
            String level = text(name).toLowerCase(Locale.ROOT);
            if (!level.isEmpty() && !LEVELS.contains(level)) {
                wrong(name, "is '" + text(name) + "': use one of " + String.join(", ", LEVELS));
            }
        }

        void check() {
            if (!problems.isEmpty()) {
                throw new Invalid(problems);
            }
        }
    }
}
