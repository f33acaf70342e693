package dev.replicationset.topology;

/**
 * Closes every server that accepts clients' writes and is not the recorded primary. A recipient of CLONE keeps
 * {@code read_only}, so it is none of these.
 */
final class FencingRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        for (InstanceView view : seen.instances().values()) {
            boolean primary = view.name().equals(seen.status().primary());
            boolean writable = view.state().filter(ServerState::writable).isPresent();
            if (writable && !primary) {
                draft.act(new Action.CloseServer(view.name()));
            }
        }
        return Next.GO_ON;
    }
}
