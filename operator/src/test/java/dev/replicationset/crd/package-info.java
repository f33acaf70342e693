/** Makes the files that are generated from the resource's records, and finds where they have drifted. */
@NullMarked
package dev.replicationset.crd;

import org.jspecify.annotations.NullMarked;
