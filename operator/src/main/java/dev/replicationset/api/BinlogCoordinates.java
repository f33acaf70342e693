package dev.replicationset.api;

/**
 * A place in a server's binary log.
 *
 * @param file such as {@code binlog.000003}
 * @param position byte offset in {@code file}
 * @param gtidExecuted the GTID set executed at that place; empty with positioning FilePosition
 */
public record BinlogCoordinates(String file, Long position, String gtidExecuted) {}
