package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * A place in a server's binary log.
 *
 * @param file such as {@code binlog.000003}
 * @param position byte offset in {@code file}
 * @param gtidExecuted the GTID set executed at that place; empty with positioning FilePosition
 * @param origin true when the server was empty there, so that an empty replica may begin there; else absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BinlogCoordinates(
        @JsonPropertyDescription("File of the primary's binary log, such as binlog.000003.")
        String file,

        @JsonPropertyDescription("Offset in that file, in bytes.")
        Long position,

        @JsonPropertyDescription("GTID set that the primary had executed there; empty with positioning FilePosition.")
        String gtidExecuted,

        @JsonPropertyDescription("True when the primary was empty there, so that an empty replica may begin there.")
        @Nullable
        Boolean origin) {

    /** A place of which nothing is known but what the server says. */
    public BinlogCoordinates(String file, Long position, String gtidExecuted) {
        this(file, position, gtidExecuted, null);
    }

    /** The same place, before which nothing was ever written. */
    public BinlogCoordinates asOrigin() {
        return new BinlogCoordinates(file, position, gtidExecuted, true);
    }

    /** Whether it is the same place, whatever else is known of it. */
    public boolean samePlaceAs(BinlogCoordinates other) {
        return file.equals(other.file) && position.equals(other.position);
    }
}
