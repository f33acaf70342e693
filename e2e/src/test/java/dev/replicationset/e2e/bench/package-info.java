/**
 * Measures the operator on a real cluster and writes {@code docs/benchmarks.md}: {@code make bench}. Each class
 * {@code *Bench} makes one chapter of the page. Nothing here is asserted of a time, and no other run of tests includes it.
 */
@NullMarked
package dev.replicationset.e2e.bench;

import org.jspecify.annotations.NullMarked;
