package dev.replicationset.desired;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @Test
    void anInstancesNumberIsReadFromItsName() {
        assertThat(Names.number("orders", Names.instance("orders", 12))).hasValue(12);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "orders-",
                "orders-0",
                "orders-01",
                "orders-1-0",
                "orders-x",
                "other-1",
                "orders-99999999999"
            })
    void otherNamesHaveNone(String name) {
        assertThat(Names.number("orders", name)).isEmpty();
    }
}
