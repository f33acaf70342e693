@NullMarked
package dev.replicationset.topology;

import org.jspecify.annotations.NullMarked;
