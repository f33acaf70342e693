@NullMarked
package dev.replicationset.monitor;

import org.jspecify.annotations.NullMarked;
