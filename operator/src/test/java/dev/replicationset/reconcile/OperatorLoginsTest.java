package dev.replicationset.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.TestClock;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.SetId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OperatorLoginsTest {
    private static final SetId SET = new SetId("shop", "orders", "uid-1");

    private final TestClock clock = new TestClock();
    private int reads;
    private Optional<RuntimeException> fault = Optional.empty();
    private final OperatorLogins logins = new OperatorLogins(this::read, clock);

    @Test
    void keepsWhatWorks() {
        assertThat(logins.of(SET, "1", false)).contains(login(1));
        clock.pass(OperatorLogins.KEPT.minusMillis(1));
        assertThat(logins.of(SET, "1", false)).contains(login(1));
        clock.pass(Duration.ofMillis(1));
        assertThat(logins.of(SET, "1", false)).contains(login(2));
    }

    @Test
    void readsAgainWhenASecretChanges() {
        logins.of(SET, "1", false);
        assertThat(logins.of(SET, "2", false)).contains(login(2));
    }

    @Test
    void readsAgainSoonWhenRefused() {
        logins.of(SET, "1", false);
        assertThat(logins.of(SET, "1", true)).contains(login(1));
        clock.pass(OperatorLogins.RETRIED);
        assertThat(logins.of(SET, "1", true)).contains(login(2));
        assertThat(logins.of(SET, "1", true)).contains(login(2));
    }

    @Test
    void goesOnWithTheOldOneWhileItCannotBeRead() {
        fault = Optional.of(new IllegalStateException("no such Secret"));
        assertThat(logins.of(SET, "1", false)).isEmpty();
        fault = Optional.empty();
        assertThat(logins.of(SET, "1", false)).isEmpty();
        clock.pass(OperatorLogins.RETRIED);
        assertThat(logins.of(SET, "1", false)).contains(login(1));
        fault = Optional.of(new IllegalStateException("gone"));
        assertThat(logins.of(SET, "2", false)).contains(login(1));
    }

    @Test
    void forgetsASet() {
        logins.of(SET, "1", false);
        logins.forget(SET);
        assertThat(logins.of(SET, "1", false)).contains(login(2));
    }

    private Login read(SetId set) {
        assertThat(set).isEqualTo(SET);
        fault.ifPresent(e -> {
            throw e;
        });
        return login(++reads);
    }

    private static Login login(int number) {
        return new Login("replicationset", "password-" + number);
    }
}
