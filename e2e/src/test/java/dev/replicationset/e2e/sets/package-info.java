/** What a user sees of sets on a real cluster, with clients writing and faults injected. */
@NullMarked
package dev.replicationset.e2e.sets;

import org.jspecify.annotations.NullMarked;
