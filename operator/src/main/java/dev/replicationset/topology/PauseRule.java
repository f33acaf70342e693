package dev.replicationset.topology;

/** {@code spec.paused} stops every act; what is seen is still reported. */
final class PauseRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        return seen.spec().paused() ? Next.STOP : Next.GO_ON;
    }
}
