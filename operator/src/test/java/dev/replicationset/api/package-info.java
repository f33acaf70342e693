/** Tests of the resource's records. */
@NullMarked
package dev.replicationset.api;

import org.jspecify.annotations.NullMarked;
