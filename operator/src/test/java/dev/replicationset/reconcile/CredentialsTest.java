package dev.replicationset.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.TestClock;
import dev.replicationset.topology.Accounts.Login;
import dev.replicationset.topology.SetId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private static final SetId SET = new SetId("shop", "orders", "uid-1");

    private final TestClock clock = new TestClock();
    private int reads;
    private Optional<RuntimeException> fault = Optional.empty();
    private final Credentials credentials = new Credentials(this::read, clock);

    @Test
    void keepsWhatWorks() {
        assertThat(credentials.of(SET, "1", false)).contains(login(1));
        clock.pass(Credentials.KEPT.minusMillis(1));
        assertThat(credentials.of(SET, "1", false)).contains(login(1));
        clock.pass(Duration.ofMillis(1));
        assertThat(credentials.of(SET, "1", false)).contains(login(2));
    }

    @Test
    void readsAgainWhenASecretChanges() {
        credentials.of(SET, "1", false);
        assertThat(credentials.of(SET, "2", false)).contains(login(2));
    }

    @Test
    void readsAgainSoonWhenRefused() {
        credentials.of(SET, "1", false);
        assertThat(credentials.of(SET, "1", true)).contains(login(1));
        clock.pass(Credentials.RETRIED);
        assertThat(credentials.of(SET, "1", true)).contains(login(2));
        assertThat(credentials.of(SET, "1", true)).contains(login(2));
    }

    @Test
    void goesOnWithTheOldOneWhileItCannotBeRead() {
        fault = Optional.of(new IllegalStateException("no such Secret"));
        assertThat(credentials.of(SET, "1", false)).isEmpty();
        fault = Optional.empty();
        assertThat(credentials.of(SET, "1", false)).isEmpty();
        clock.pass(Credentials.RETRIED);
        assertThat(credentials.of(SET, "1", false)).contains(login(1));
        fault = Optional.of(new IllegalStateException("gone"));
        assertThat(credentials.of(SET, "2", false)).contains(login(1));
    }

    @Test
    void forgetsASet() {
        credentials.of(SET, "1", false);
        credentials.forget(SET);
        assertThat(credentials.of(SET, "1", false)).contains(login(2));
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
