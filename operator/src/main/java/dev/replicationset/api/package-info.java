/** The resource {@code MySQLReplicationSet}: wish ({@code spec}) and fact ({@code status}). */
@NullMarked
package dev.replicationset.api;

import org.jspecify.annotations.NullMarked;
