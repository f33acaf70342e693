package dev.replicationset.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferPoolTest {
    @ParameterizedTest
    @CsvSource({
        "256Mi, 176",
        "512Mi, 352",
        "1Gi, 704",
        "2Gi, 1408",
        "4Gi, 2816",
        "8Gi, 5632",
        "16Gi, 11264",
        "64Gi, 45056",
        "1000M, 656",
        "4000000000, 2560"
    })
    void is70PercentOfTheLimitInWholeChunks(String limit, long megabytes) {
        BufferPool pool = BufferPool.of(limit(limit));

        assertThat(pool.bytes()).isEqualTo(megabytes * 1024 * 1024);
        assertThat(pool.bytes() % (pool.chunkBytes() * pool.instances()))
                .as("mysqld has nothing to round up")
                .isZero();
    }

    @Test
    void isMysqldsDefaultWithoutALimit() {
        assertThat(BufferPool.of(null).bytes()).isEqualTo(128L * 1024 * 1024);
        assertThat(BufferPool.of(new ResourceRequirements())).isEqualTo(BufferPool.of(null));
    }

    private static ResourceRequirements limit(String memory) {
        return new ResourceRequirementsBuilder()
                .addToLimits("memory", Quantity.parse(memory))
                .build();
    }
}
