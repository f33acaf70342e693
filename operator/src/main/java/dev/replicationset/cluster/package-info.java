/**
 * The Kubernetes port. {@link dev.replicationset.cluster.LiveObjects} turns what the caches hold into the views that
 * decisions rest on; {@link dev.replicationset.cluster.KubernetesCluster} carries actions out against the API server.
 */
@NullMarked
package dev.replicationset.cluster;

import org.jspecify.annotations.NullMarked;
