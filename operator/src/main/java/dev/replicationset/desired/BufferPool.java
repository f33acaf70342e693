package dev.replicationset.desired;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much memory InnoDB caches data in.
 *
 * <p>mysqld rounds the size <em>up</em> to a multiple of chunk × instances, and chooses the number of instances by the
 * node's processors: on a large node a small pool could so grow beyond the container's limit. All three are therefore
 * stated, and the size is rounded down here.
 *
 * @param bytes a multiple of {@code chunkBytes × instances}
 * @param why how it was computed, for the reader of my.cnf
 */
record BufferPool(long bytes, long chunkBytes, int instances, String why) {
    private static final long MIB = 1024 * 1024;
    private static final long GIB = 1024 * MIB;
    private static final BigDecimal SHARE = new BigDecimal("0.70");

    private static final BufferPool DEFAULT =
            new BufferPool(128 * MIB, 128 * MIB, 1, "128M, since spec.pod.resources sets no memory limit");

    static BufferPool of(@Nullable ResourceRequirements resources) {
        return memoryLimit(resources).map(BufferPool::ofLimit).orElse(DEFAULT);
    }

    private static BufferPool ofLimit(Quantity limit) {
        long share = limit.getNumericalAmount()
                .multiply(SHARE)
                .setScale(0, RoundingMode.DOWN)
                .longValue();
        int instances = share < 4 * GIB ? 1 : share < 8 * GIB ? 2 : share < 16 * GIB ? 4 : 8;
        long chunk = share < GIB ? 16 * MIB : 128 * MIB;
        long unit = chunk * instances;
        long bytes = Math.max(unit, share / unit * unit);
        return new BufferPool(
                bytes, chunk, instances, "70 % of the memory limit " + limit + ", rounded down to whole chunks");
    }

    private static Optional<Quantity> memoryLimit(@Nullable ResourceRequirements resources) {
        return Optional.ofNullable(resources)
                .map(ResourceRequirements::getLimits)
                .map(limits -> limits.get("memory"));
    }
}
