package dev.replicationset.monitor;

import java.time.Duration;

/**
 * How often a server is polled. The pause is counted from the end of one poll to the begin of the next, so that a slow
 * server is never asked twice at once.
 *
 * @param usual while nothing happens
 * @param quick while a server doesn't answer, and shortly after something was done to it
 * @param patience how long a server that doesn't answer is asked quickly; after that it is asked at the usual pace
 * @param settling how long a server is asked quickly after it began to answer or was nudged
 * @param progress the least time between two reports of nothing but the progress of a CLONE
 */
public record Pace(Duration usual, Duration quick, Duration patience, Duration settling, Duration progress) {
    public static final Pace DEFAULT = new Pace(
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(60),
            Duration.ofSeconds(3),
            Duration.ofSeconds(2));

    public Pace {
        if (quick.isNegative() || quick.compareTo(usual) > 0) {
            throw new IllegalArgumentException("the quick pace must not be slower than the usual one");
        }
    }
}
