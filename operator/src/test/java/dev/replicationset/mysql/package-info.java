/** The MySQL protocol against a real mysqld in containers. */
@NullMarked
package dev.replicationset.mysql;

import org.jspecify.annotations.NullMarked;
