package dev.replicationset.topology;

/**
 * Closes every server that accepts writes and is not the recorded primary. A recipient of CLONE must be writable while
 * it is copied to; nothing leads clients to it, and it boots read-only.
 */
final class FencingRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        for (InstanceView view : seen.instances().values()) {
            boolean primary = view.name().equals(seen.status().primary());
            boolean writable = view.state().filter(ServerState::writable).isPresent();
            if (writable && !primary && !beingSeeded(seen, view)) {
                draft.act(new Action.CloseServer(view.name()));
            }
        }
        return Next.GO_ON;
    }

    private static boolean beingSeeded(Observation seen, InstanceView view) {
        return seen.status()
                .instance(view.name())
                .filter(member -> member.seeding() != null && !member.seeding().attaching())
                .isPresent();
    }
}
