package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * A place in a server's binary log.
 *
 * @param file such as {@code binlog.000003}
 * @param position byte offset in {@code file}
 * @param gtidExecuted the GTID set executed at that place; empty with positioning FilePosition
 */
public record BinlogCoordinates(
        @JsonPropertyDescription("File of the primary's binary log, such as binlog.000003.")
        String file,

        @JsonPropertyDescription("Offset in that file, in bytes.")
        Long position,

        @JsonPropertyDescription("GTID set that the primary had executed there; empty with positioning FilePosition.")
        String gtidExecuted) {}
