package dev.replicationset.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;

/** The API server's own record of who wrote what. */
public final class AuditLog {
    private AuditLog() {}

    /** What the operator wrote between two moments, as verb and path; renewals of its lease left aside. */
    public static List<String> operatorsWrites(TestCluster cluster, Instant from, Instant to) {
        return cluster.faults()
                .audit()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> Serialization.unmarshal(line, JsonNode.class))
                .filter(event -> event.at("/user/username").asText().contains(":" + OperatorInstall.NAMESPACE + ":"))
                .filter(event -> !event.at("/objectRef/resource").asText().equals("leases"))
                .filter(event -> between(event, from, to))
                .map(event -> event.get("verb").asText() + " "
                        + event.get("requestURI").asText())
                .toList();
    }

    private static boolean between(JsonNode event, Instant from, Instant to) {
        Instant at = Instant.parse(event.get("requestReceivedTimestamp").asText());
        return at.isAfter(from) && at.isBefore(to);
    }
}
