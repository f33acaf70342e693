package dev.replicationset.cluster;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.desired.Names;
import dev.replicationset.topology.EventKind;
import dev.replicationset.topology.SetId;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events about sets. One that was told before, with the same words, is counted in the same object; it is sent again at
 * most every {@link #QUIET}, and no set sends more than {@link #BURST} events at once and one per {@link #REFILL} from
 * then on.
 */
final class Events {
    static final Duration QUIET = Duration.ofSeconds(30);
    static final int BURST = 40;
    static final Duration REFILL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final int MAX_NOTE = 1024;
    private static final int REMEMBERED = 1000;
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final Clock clock;
    private final String reporter;
    private final Map<String, Told> told = remembering();
    private final Map<String, Budget> budgets = remembering();

    /** @param unsent how often it happened since it was last sent */
    private record Told(Instant lastSent, int unsent) {}

    private record Budget(double left, Instant asOf) {}

    /** @param reporter the operator's pod */
    Events(KubernetesClient client, Clock clock, String reporter) {
        this.client = client;
        this.clock = clock;
        this.reporter = reporter;
    }

    /** Telling is for people: a failure to do so is logged, and holds back nothing. */
    void tell(SetId set, EventKind kind, String about, String message) {
        Instant now = clock.instant();
        String name = name(set, kind, about, message);
        int times = timesToSend(set, name, now);
        if (times == 0) {
            return;
        }
        try {
            send(set, kind, name, message, times, now);
        } catch (KubernetesClientException e) {
            LOG.warn("event {} of {} was not recorded: {}", kind, set, e.getMessage());
        }
    }

    private synchronized int timesToSend(SetId set, String name, Instant now) {
        Told before = told.get(name);
        if (before != null && now.isBefore(before.lastSent.plus(QUIET))) {
            told.put(name, new Told(before.lastSent, before.unsent + 1));
            return 0;
        }
        Budget budget = budgets.getOrDefault(set.uid(), new Budget(BURST, now));
        double refilled = (double) Duration.between(budget.asOf, now).toMillis() / REFILL.toMillis();
        double left = Math.min(BURST, budget.left + refilled);
        if (left < 1) {
            LOG.debug("too many events of {}: {} is left out", set, name);
            return 0;
        }
        budgets.put(set.uid(), new Budget(left - 1, now));
        told.put(name, new Told(now, 0));
        return before == null ? 1 : before.unsent + 1;
    }

    private void send(SetId set, EventKind kind, String name, String message, int times, Instant now) {
        Resource<Event> place =
                client.events().v1().events().inNamespace(set.namespace()).withName(name);
        try {
            client.resource(event(set, kind, name, message, now)).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            Event earlier = place.get();
            int count = earlier == null || earlier.getSeries() == null
                    ? 1
                    : earlier.getSeries().getCount();
            place.patch(
                    Patches.MERGE,
                    Patches.json(Map.of(
                            "series", Map.of("count", count + times, "lastObservedTime", MICROSECONDS.format(now)))));
        }
    }

    private Event event(SetId set, EventKind kind, String name, String message, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(set.namespace())
                .withName(name)
                .endMetadata()
                .withEventTime(new MicroTime(MICROSECONDS.format(now)))
                .withReportingController(Names.OPERATOR)
                .withReportingInstance(reporter)
                .withAction(kind.name())
                .withReason(kind.name())
                .withType(kind.warning() ? "Warning" : "Normal")
                .withNote(shortened(message))
                .withNewRegarding()
                .withApiVersion(MySQLReplicationSet.GROUP + "/" + MySQLReplicationSet.VERSION)
                .withKind(MySQLReplicationSet.KIND)
                .withNamespace(set.namespace())
                .withName(set.name())
                .withUid(set.uid())
                .endRegarding()
                .build();
    }

    /** The same for the same event, also after a restart of the operator. */
    private static String name(SetId set, EventKind kind, String about, String message) {
        String all = String.join("\n", set.uid(), kind.name(), about, message);
        UUID digest = UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
        return set.name() + "." + Long.toHexString(digest.getMostSignificantBits());
    }

    /** The API takes no longer note; it counts bytes. */
    private static String shortened(String message) {
        if (message.getBytes(StandardCharsets.UTF_8).length <= MAX_NOTE) {
            return message;
        }
        StringBuilder kept = new StringBuilder(message);
        while (kept.toString().getBytes(StandardCharsets.UTF_8).length
                > MAX_NOTE - "…".getBytes(StandardCharsets.UTF_8).length) {
            kept.setLength(kept.length() - 1);
        }
        return kept.append('…').toString();
    }

    private static <T> Map<String, T> remembering() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > REMEMBERED;
            }
        };
    }
}
