package dev.replicationset.topology;

/** Makes the Kubernetes objects what the spec wants. */
final class ObjectsRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        if (!seen.drift().isEmpty()) {
            draft.act(new Action.ApplyObjects(seen.drift()));
        }
        return Next.GO_ON;
    }
}
