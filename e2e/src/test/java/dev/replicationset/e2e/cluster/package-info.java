/** The Kubernetes port against a real API server. */
@NullMarked
package dev.replicationset.e2e.cluster;

import org.jspecify.annotations.NullMarked;
