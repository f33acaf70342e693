package dev.replicationset.api;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Kubernetes writes them: {@code 500ms}, {@code 30s}, {@code 1m30s}, {@code 2h}. */
public final class Durations {
    /** What the schema admits. */
    public static final String PATTERN = "^([0-9]{1,6}(h|m|s|ms))+$";

    private static final Pattern PART = Pattern.compile("([0-9]{1,6})(ms|h|m|s)");

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException when {@code text} does not match {@link #PATTERN}
     */
    public static Duration parse(String text) {
        Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        default -> Duration.ofMillis(amount);
                    });
            end = part.end();
        }
        if (text.isEmpty() || end != text.length()) {
            throw new IllegalArgumentException("not a duration such as 30s or 1m30s: " + text);
        }
        return sum;
    }
}
