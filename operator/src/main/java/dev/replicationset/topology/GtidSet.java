package dev.replicationset.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A set of global transaction identifiers, {@code uuid[:tag]:first[-last]…}, tags of MySQL 8.3 and later included.
 * Agrees with the server's GTID_SUBSET and GTID_SUBTRACT; a protocol test compares the two.
 *
 * <p>Immutable. Keys are {@code uuid} or {@code uuid:tag} in lower case, intervals are sorted, disjoint and not adjacent.
 */
public final class GtidSet {
    public static final GtidSet EMPTY = new GtidSet(new TreeMap<>());

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TAG = Pattern.compile("[a-z_][a-z0-9_]{0,31}");
    private static final Pattern INTERVAL = Pattern.compile("[0-9]+(-[0-9]+)?");

    private final SortedMap<String, List<Interval>> intervals;

    private record Interval(long first, long last) {}

    private GtidSet(SortedMap<String, List<Interval>> intervals) {
        this.intervals = intervals;
    }

    /**
     * @param text as the server prints it, line breaks and spaces included; empty for the empty set
     * @throws IllegalArgumentException when it is not a GTID set
     */
    public static GtidSet parse(String text) {
        SortedMap<String, List<Interval>> sets = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            String set = part.strip().toLowerCase(Locale.ROOT);
            if (set.isEmpty()) {
                continue;
            }
            String[] fields = set.split(":", -1);
            String uuid = fields[0].strip();
            if (!UUID.matcher(uuid).matches()) {
                throw new IllegalArgumentException("not a GTID set: " + text);
            }
            String key = uuid;
            for (int i = 1; i < fields.length; i++) {
                String field = fields[i].strip();
                if (INTERVAL.matcher(field).matches()) {
                    int dash = field.indexOf('-');
                    long first = Long.parseLong(dash < 0 ? field : field.substring(0, dash));
                    long last = dash < 0 ? first : Long.parseLong(field.substring(dash + 1));
                    if (last >= first) {
                        sets.computeIfAbsent(key, k -> new ArrayList<>()).add(new Interval(first, last));
                    }
                } else if (TAG.matcher(field).matches()) {
                    key = uuid + ":" + field;
                } else {
                    throw new IllegalArgumentException("not a GTID set: " + text);
                }
            }
        }
        sets.replaceAll((key, list) -> normalized(list));
        return new GtidSet(sets);
    }

    public boolean isEmpty() {
        return intervals.isEmpty();
    }

    /** How many transactions are in it. */
    public long count() {
        return intervals.values().stream()
                .flatMap(List::stream)
                .mapToLong(i -> i.last - i.first + 1)
                .sum();
    }

    /** GTID_SUBTRACT(this, other). */
    public GtidSet minus(GtidSet other) {
        SortedMap<String, List<Interval>> rest = new TreeMap<>();
        intervals.forEach((key, list) -> {
            List<Interval> left = subtract(list, other.intervals.getOrDefault(key, List.of()));
            if (!left.isEmpty()) {
                rest.put(key, left);
            }
        });
        return new GtidSet(rest);
    }

    public GtidSet union(GtidSet other) {
        SortedMap<String, List<Interval>> all = new TreeMap<>(intervals);
        other.intervals.forEach((key, list) -> all.merge(key, list, (a, b) -> {
            List<Interval> both = new ArrayList<>(a);
            both.addAll(b);
            return normalized(both);
        }));
        return new GtidSet(all);
    }

    /** GTID_SUBSET(this, other). */
    public boolean isSubsetOf(GtidSet other) {
        return minus(other).isEmpty();
    }

    /** This set without the transactions, tagged or not, that the server of that UUID began. */
    public GtidSet withoutServer(String serverUuid) {
        String uuid = serverUuid.toLowerCase(Locale.ROOT);
        SortedMap<String, List<Interval>> rest = new TreeMap<>(intervals);
        rest.keySet().removeIf(key -> key.startsWith(uuid));
        return new GtidSet(rest);
    }

    private static List<Interval> normalized(List<Interval> list) {
        List<Interval> sorted = new ArrayList<>(list);
        sorted.sort((a, b) -> Long.compare(a.first, b.first));
        List<Interval> merged = new ArrayList<>();
        for (Interval next : sorted) {
            Interval last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && next.first <= last.last + 1) {
                merged.set(merged.size() - 1, new Interval(last.first, Math.max(last.last, next.last)));
            } else {
                merged.add(next);
            }
        }
        return Collections.unmodifiableList(merged);
    }

    private static List<Interval> subtract(List<Interval> from, List<Interval> what) {
        List<Interval> rest = from;
        for (Interval hole : what) {
            List<Interval> next = new ArrayList<>();
            for (Interval i : rest) {
                if (hole.last < i.first || hole.first > i.last) {
                    next.add(i);
                    continue;
                }
                if (i.first < hole.first) {
                    next.add(new Interval(i.first, hole.first - 1));
                }
                if (i.last > hole.last) {
                    next.add(new Interval(hole.last + 1, i.last));
                }
            }
            rest = next;
        }
        return rest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GtidSet set && set.intervals.equals(intervals);
    }

    @Override
    public int hashCode() {
        return intervals.hashCode();
    }

    /** On one line, as the server reads it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, List<Interval>> entry : intervals.entrySet()) {
            text.append(text.isEmpty() ? "" : ",").append(entry.getKey());
            for (Interval i : entry.getValue()) {
                text.append(':').append(i.first);
                if (i.last != i.first) {
                    text.append('-').append(i.last);
                }
            }
        }
        return text.toString();
    }
}
