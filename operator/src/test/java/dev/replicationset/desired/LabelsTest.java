package dev.replicationset.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.topology.PodView.RoleLabels;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
    @ParameterizedTest
    @CsvSource({"Primary, true, true", "Replica, false, true", "Replica, false, false", ", false, false"})
    void whatIsWrittenOnAPodIsReadBack(InstanceRole role, boolean writes, boolean reads) {
        RoleLabels roles = new RoleLabels(Optional.ofNullable(role), writes, reads);

        Map<String, String> worn = Labels.patch(roles).entrySet().stream()
                .filter(label -> label.getValue() != null)
                .collect(Collectors.toMap(Map.Entry::getKey, label -> Objects.requireNonNull(label.getValue())));

        assertThat(Labels.roles(worn)).isEqualTo(roles);
    }
}
