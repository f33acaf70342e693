/** The Helm chart and the examples, with the real Helm on the real cluster. */
@NullMarked
package dev.replicationset.e2e.chart;

import org.jspecify.annotations.NullMarked;
