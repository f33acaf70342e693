package dev.replicationset.topology;

import java.time.Instant;

/** What polling a mysqld has shown. A poll that fails is a value too. */
public sealed interface ServerView {
    /** Not polled: the pod has no address yet, or the first poll is under way. */
    record Unknown() implements ServerView {}

    /**
     * @param since when it first failed to answer
     * @param misses polls without an answer, in a row
     * @param message the driver's words, without any password
     */
    record Unreachable(Cause cause, Instant since, int misses, String message) implements ServerView {}

    /** @param asOf when the answer came */
    record Answering(Instant asOf, ServerState state) implements ServerView {}

    enum Cause {
        /** The port refused or reset the connection: nothing listens. */
        Refused,
        /** No answer in time: frozen, overloaded, or cut off. */
        TimedOut,
        /** The server knows another password for the operator. */
        AccessDenied,
        /** Anything else, told in the message. */
        Failed
    }

    ServerView UNKNOWN = new Unknown();
}
