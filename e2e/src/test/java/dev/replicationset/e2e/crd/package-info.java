/** What the API server accepts and refuses, by the rules of the CustomResourceDefinition. */
@NullMarked
package dev.replicationset.e2e.crd;

import org.jspecify.annotations.NullMarked;
