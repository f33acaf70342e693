package dev.replicationset.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.TestClock;
import dev.replicationset.topology.Observation.Failure;
import dev.replicationset.topology.Plan;
import dev.replicationset.topology.SetId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureMemoryTest {
    private static final SetId SET = new SetId("shop", "orders", "uid-1");
    private static final SetId OTHER = new SetId("shop", "orders", "uid-2");

    private final TestClock clock = new TestClock();
    private final FailureMemory memory = new FailureMemory(clock);

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "8, 60", "1000, 60", "2147483647, 60"})
    void pausesGrow(int times, int seconds) {
        assertThat(FailureMemory.pause(times)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void countsFailuresInARow() {
        memory.failed(SET, "Attach/orders-2", "first", 0);
        memory.failed(SET, "Attach/orders-2", "second", 1794);
        memory.failed(SET, "Attach/orders-3", "other", 0);
        assertThat(memory.of(SET))
                .containsOnlyKeys("Attach/orders-2", "Attach/orders-3")
                .containsEntry("Attach/orders-2", new Failure(2, clock.instant().plusSeconds(2), "second", 1794));
        assertThat(memory.of(OTHER)).isEmpty();
    }

    @Test
    void successEndsTheRow() {
        memory.failed(SET, "Attach/orders-2", "first", 0);
        memory.succeeded(SET, "Attach/orders-2");
        memory.succeeded(SET, "Attach/orders-3");
        assertThat(memory.of(SET)).isEmpty();
        memory.failed(SET, "Attach/orders-2", "again", 0);
        assertThat(memory.of(SET).values()).extracting(Failure::times).containsExactly(1);
    }

    @Test
    void whatIsNoLongerTriedIsForgotten() {
        memory.failed(SET, "Attach/orders-2", "first", 0);
        clock.pass(FailureMemory.FORGOTTEN_AFTER);
        assertThat(memory.of(SET)).hasSize(1);
        clock.pass(Duration.ofSeconds(2));
        assertThat(memory.of(SET)).isEmpty();
    }

    /** Otherwise the condition that shows it would stay until something else happens. */
    @Test
    void theSetIsLookedAtWhenAFailureIsForgotten() {
        Plan idle = new Plan(List.of(), Duration.ofMinutes(5));
        assertThat(memory.lookAgain(SET, idle)).isEqualTo(Duration.ofMinutes(5));
        memory.repeated(SET, "Attach/orders-3");
        assertThat(memory.lookAgain(SET, idle)).isEqualTo(Duration.ofMinutes(5));

        memory.failed(SET, "Attach/orders-2", "first", 0);
        Duration wait = memory.lookAgain(SET, idle);
        clock.pass(wait);
        assertThat(memory.of(SET)).doesNotContainKey("Attach/orders-2");
        assertThat(wait).isLessThan(Duration.ofSeconds(17));
        Plan soon = new Plan(List.of(), Duration.ofSeconds(2));
        assertThat(memory.lookAgain(SET, soon)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void forgetsASet() {
        memory.failed(SET, "Attach/orders-2", "first", 0);
        memory.forget(SET);
        assertThat(memory.of(SET)).isEmpty();
    }
}
