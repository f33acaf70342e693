package dev.replicationset.topology;

/** {@code spec.paused} stops every act but a change of primary that has begun; what is seen is still reported. */
final class PauseRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        return seen.spec().paused() && seen.status().transition() == null ? Next.STOP : Next.GO_ON;
    }
}
