package dev.replicationset.runtime;

/** Starts the operator. */
public final class OperatorMain {
    private OperatorMain() {}
}
