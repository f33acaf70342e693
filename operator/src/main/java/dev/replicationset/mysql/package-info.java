/**
 * mysqld behind {@link dev.replicationset.topology.MysqlPort}: observing one server, commanding one server, accounts and
 * TLS, over JDBC. Knows nothing of Kubernetes and decides nothing.
 *
 * <p>Every supported server (8.4 and newer) speaks one dialect, that of {@code REPLICA} and {@code SOURCE}.
 */
@NullMarked
package dev.replicationset.mysql;

import org.jspecify.annotations.NullMarked;
