/**
 * What the objects of a set should be: pure functions from the resource to Kubernetes objects and my.cnf. Nothing here
 * knows a client, a clock or a source of randomness; {@link dev.replicationset.desired.DesiredObjects} is the way in.
 */
@NullMarked
package dev.replicationset.desired;

import org.jspecify.annotations.NullMarked;
