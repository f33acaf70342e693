/** What polling shows: one poller per mysqld with its latest answer, and the heartbeat of each open primary. */
@NullMarked
package dev.replicationset.monitor;

import org.jspecify.annotations.NullMarked;
