package dev.replicationset.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Many schedules; {@code -Dsimulation.seed=N} runs one of them again, {@code -Dsimulation.schedules=N} as many. */
class SimulationTest {
    private static final long FIRST = 20_260_000;

    @Test
    void everyScheduleKeepsTheRulesAndConverges() {
        Long one = Long.getLong("simulation.seed");
        long many = Long.getLong("simulation.schedules", 200);
        LongStream seeds = one == null ? LongStream.range(FIRST, FIRST + many) : LongStream.of(one);
        long acknowledged = seeds.map(seed -> {
                    Simulation simulation = new Simulation(seed);
                    simulation.run();
                    return simulation.acknowledged();
                })
                .sum();
        assertThat(acknowledged).isPositive();
    }
}
