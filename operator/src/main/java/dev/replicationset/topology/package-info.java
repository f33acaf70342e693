/**
 * The decisions: what is seen of a set ({@link dev.replicationset.topology.Observation}), what is to be done about it
 * ({@link dev.replicationset.topology.Planner}) and the ports through which it is done. No clock, client, thread or
 * statement is known here: time is part of the observation.
 */
@NullMarked
package dev.replicationset.topology;

import org.jspecify.annotations.NullMarked;
