@NullMarked
package dev.replicationset.reconcile;

import org.jspecify.annotations.NullMarked;
