/**
 * The real planner and executor over simulated servers and a simulated Kubernetes, in virtual time: random faults, crashes
 * of the operator at every call, clients that write all the while. One seed is one schedule, the same whenever it is run.
 */
@NullMarked
package dev.replicationset.simulation;

import org.jspecify.annotations.NullMarked;
