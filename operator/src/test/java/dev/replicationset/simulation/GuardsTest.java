package dev.replicationset.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation notices when any one of the guards is missing: a simulation that doesn't is too weak. */
class GuardsTest {
    private static final long FIRST = 50_000_000;
    private static final int SCHEDULES = 300;

    /** There is a schedule that breaks a rule without it, and none with it. */
    @ParameterizedTest
    @EnumSource
    void isMissed(Guard guard) {
        long first = FIRST + guard.schedule - 1;

        assertThat(LongStream.range(first, first + SCHEDULES)
                        .filter(seed -> new Simulation(seed, Guards.without(guard))
                                .outcome()
                                .isPresent())
                        .filter(seed ->
                                new Simulation(seed, Guards.ALL).outcome().isEmpty())
                        .findFirst())
                .as("a schedule that needs %s", guard)
                .isPresent();
    }
}
