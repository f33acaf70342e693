/**
 * The round of a reconcile: observe ({@link dev.replicationset.reconcile.Observer}), plan, carry out, remember; and what
 * sets it off: changes of Kubernetes objects and of servers.
 */
@NullMarked
package dev.replicationset.reconcile;

import org.jspecify.annotations.NullMarked;
