@NullMarked
package dev.replicationset.cluster;

import org.jspecify.annotations.NullMarked;
