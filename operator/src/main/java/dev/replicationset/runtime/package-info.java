/** The process: main, settings, leadership, health, metrics, and how it ends. */
@NullMarked
package dev.replicationset.runtime;

import org.jspecify.annotations.NullMarked;
