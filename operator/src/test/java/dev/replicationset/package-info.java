/** What holds for all packages. */
@NullMarked
package dev.replicationset;

import org.jspecify.annotations.NullMarked;
