package dev.replicationset.topology;

/**
 * A replica that knows another password for the operator is started anew: it takes the passwords from the Secrets at
 * every start. The primary is left to a person, since its restart interrupts writers.
 */
final class AccessRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        for (InstanceView view : seen.replicas()) {
            if (view.server() instanceof ServerView.Unreachable(ServerView.Cause cause, var since, int misses, var text)
                    && cause == ServerView.Cause.AccessDenied) {
                view.pod()
                        .filter(pod -> !pod.deleting())
                        .ifPresent(pod -> draft.act(new Action.RestartPod(
                                view.name(), pod.uid(), "it denies the operator access: " + text)));
            }
        }
        return Next.GO_ON;
    }
}
