@NullMarked
package dev.replicationset.desired;

import org.jspecify.annotations.NullMarked;
