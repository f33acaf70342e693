package dev.replicationset.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something that goes wrong, or that a person asks for.
 *
 * @param at after the set was made
 * @param one chooses whom it hits, whoever there is by then
 * @param other chooses the other side, where there is one
 * @param lasts where it is not for good
 */
record Fault(Duration at, Kind kind, int one, int other, Duration lasts) {
    enum Kind {
        Kill,
        KillPrimary,
        KillPrimaryAndReplica,
        DeletePod,
        DeletePrimary,
        DeletePodByForce,
        DeletePrimaryByForce,
        Freeze,
        FreezePrimary,
        StopNode,
        StopNodeOfPrimary,
        CutOperatorFromInstance,
        CutInstanceFromInstance,
        CutPrimaryFromReplicas,
        CutOffFromAll,
        CutOffPrimaryFromAll,
        ApplySlowly,
        Scale,
        Promote
    }

    /** Those of one schedule. */
    static List<Fault> schedule(long seed, Duration span, Duration longest) {
        Random random = new Random(seed);
        List<Fault> faults = new ArrayList<>();
        long at = 0;
        int pause = 500 + random.nextInt(8000);
        while (at < span.toMillis()) {
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            Duration lasts = Duration.ofMillis(300 + random.nextInt((int) longest.toMillis() - 300));
            faults.add(new Fault(Duration.ofMillis(at), kind, random.nextInt(1000), random.nextInt(1000), lasts));
            at += random.nextInt(2 * pause);
        }
        return faults;
    }

    @Override
    public String toString() {
        return "%7.3f %s %d %d for %d ms".formatted(at.toMillis() / 1000.0, kind, one, other, lasts.toMillis());
    }
}
