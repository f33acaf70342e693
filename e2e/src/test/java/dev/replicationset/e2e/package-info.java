/**
 * What all end-to-end tests share: the cluster, the operator installed on it, a namespace for each test, resources, MySQL
 * clients and faults. A test class is annotated with {@link dev.replicationset.e2e.EndToEnd} and asks for a
 * {@link dev.replicationset.e2e.TestNamespace} as a parameter.
 */
@NullMarked
package dev.replicationset.e2e;

import org.jspecify.annotations.NullMarked;
