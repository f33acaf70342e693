package dev.replicationset.topology;

/** A set that is being deleted is left to the garbage collector: its objects are owned by the resource. */
final class DeletionRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        return seen.deleting() ? Next.STOP : Next.GO_ON;
    }
}
