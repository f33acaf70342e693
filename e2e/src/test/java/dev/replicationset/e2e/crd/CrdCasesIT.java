package dev.replicationset.e2e.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases in resources/crd: each refusal has a twin of the same name that is accepted. */
class CrdCasesIT {
    @RegisterExtension
    static final ApiServer API = new ApiServer();

    static List<CrdCase> accepted() throws IOException {
        return CrdCase.all("accepted");
    }

    static List<CrdCase> refused() throws IOException {
        return CrdCase.all("refused");
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void accepts(CrdCase accepted) {
        API.submit(accepted.states());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses(CrdCase refused) {
        assertThat(refused.refusals()).isNotEmpty();
        assertThatThrownBy(() -> API.submit(refused.states())).message().contains(refused.refusals());
    }

    @Test
    void everyRefusalHasATwinThatIsAccepted() throws IOException {
        assertThat(accepted())
                .extracting(CrdCase::name)
                .containsAll(refused().stream().map(CrdCase::name).toList());
    }
}
