package dev.replicationset.topology;

/**
 * Closes every server that accepts clients' writes and is not the recorded primary. A recipient of CLONE keeps
 * {@code read_only}, so it is none of these. One that can't be closed, since commits wait there for acknowledgements that
 * will not come, is started anew: its clients get no answer, which is the truth, and it boots closed.
 */
final class FencingRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        for (InstanceView view : seen.instances().values()) {
            boolean primary = view.name().equals(seen.status().primary());
            boolean writable = view.state().filter(ServerState::writable).isPresent();
            if (writable && !primary) {
                close(seen, draft, view);
            }
        }
        return Next.GO_ON;
    }

    private static void close(Observation seen, Draft draft, InstanceView view) {
        Action close = new Action.CloseServer(view.name());
        boolean held = seen.failures().containsKey(close.key());
        if (held && view.pod().filter(pod -> !pod.deleting()).isPresent()) {
            view.pod()
                    .ifPresent(
                            pod -> draft.act(
                                    new Action.RestartPod(
                                            view.name(),
                                            pod.uid(),
                                            "it is not the primary any more, and commits that wait for replicas keep it from being closed")));
        } else {
            draft.act(close);
        }
    }
}
