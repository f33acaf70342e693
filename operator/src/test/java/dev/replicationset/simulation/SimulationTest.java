package dev.replicationset.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.simulation.Simulation.Broken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many schedules. {@code -Dsimulation.seed=N} runs one of them again, {@code -Dsimulation.schedules=N} as many, from {@code
 * -Dsimulation.first=N} on. One that fails is made as short as it gets.
 */
class SimulationTest {
    private static final long FIRST = 20_260_000;

    @Test
    void everyScheduleKeepsTheRulesAndConverges() {
        Long one = Long.getLong("simulation.seed");
        long first = Long.getLong("simulation.first", FIRST);
        long many = Long.getLong("simulation.schedules", 200);
        LongStream seeds = one == null ? LongStream.range(first, first + many) : LongStream.of(one);
        AtomicLong acknowledged = new AtomicLong();
        Optional<Broken> broken = seeds.parallel()
                .mapToObj(seed ->
                        run(new Simulation(seed, Guards.ALL), acknowledged).map(failure -> shortest(seed, failure)))
                .flatMap(Optional::stream)
                .findFirst();
        broken.ifPresent(failure -> {
            throw failure;
        });
        assertThat(acknowledged.get()).isPositive();
    }

    private static Optional<Broken> run(Simulation simulation, AtomicLong acknowledged) {
        Optional<Broken> broken = simulation.outcome();
        acknowledged.addAndGet(simulation.acknowledged());
        return broken;
    }

    /** Leaves out faults, many at once and then one by one, while something still breaks. */
    private static Broken shortest(long seed, Broken found) {
        List<Fault> faults = new Simulation(seed, Guards.ALL).faults();
        Broken shortest = found;
        for (int size = faults.size() / 2; size >= 1; size /= 2) {
            for (int from = 0; from + size <= faults.size(); ) {
                List<Fault> fewer = new ArrayList<>(faults);
                fewer.subList(from, from + size).clear();
                Optional<Broken> broken = new Simulation(seed, Guards.ALL, fewer).outcome();
                if (broken.isPresent()) {
                    faults = fewer;
                    shortest = broken.get();
                } else {
                    from += size;
                }
            }
        }
        return shortest;
    }
}
