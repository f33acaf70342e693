@NullMarked
package dev.replicationset.runtime;

import org.jspecify.annotations.NullMarked;
