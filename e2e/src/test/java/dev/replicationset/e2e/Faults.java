package dev.replicationset.e2e;

/** Breaks things, below Kubernetes where it does not see the hand. Pods are named {@code namespace/name}. */
public final class Faults {
    private final Shell shell;
    private final String script;

    Faults(Shell shell, String script) {
        this.shell = shell;
        this.script = script;
    }

    /** {@code kill -9} of mysqld, or of the only container's main process. */
    public void kill(String pod) {
        shell.run(script, "kill", pod);
    }

    /** {@code kill -9} of the main process of a container. */
    public void kill(String pod, String container) {
        shell.run(script, "kill", pod, "-c", container);
    }

    /** Stops all processes of mysqld's container where they are, connections stay open. */
    public void freeze(String pod) {
        shell.run(script, "freeze", pod);
    }

    public void thaw(String pod) {
        shell.run(script, "thaw", pod);
    }

    /** Drops all packets from and to a node or a pod. */
    public void cut(String nodeOrPod) {
        shell.run(script, "cut", nodeOrPod);
    }

    /** Drops all packets between two pods. */
    public void cut(String pod, String otherPod) {
        shell.run(script, "cut", pod, otherPod);
    }

    /** Heals every cut. */
    public void heal() {
        shell.run(script, "heal");
    }

    /** Ends a node abruptly, as a loss of power does. */
    public void stopNode(String node) {
        shell.run(script, "stop-node", node);
    }

    /** Brings a node back with its data and waits until it is ready. */
    public void startNode(String node) {
        shell.run(script, "start-node", node);
    }

    /** Freezes the control plane: the API server takes connections and does not answer. */
    public void pauseApi() {
        shell.run(script, "pause-api");
    }

    public void resumeApi() {
        shell.run(script, "resume-api");
    }

    /** Every write of a service account since the cluster was made, one JSON object a line. */
    public String audit() {
        return shell.run(script, "audit");
    }
}
