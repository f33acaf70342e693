package dev.replicationset.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * One figure: what its runs gave.
 *
 * @param samples one for each run, in their order; none when it can't be measured on this cluster
 * @param aim what it should be, in words; empty when nothing was promised
 * @param how how it is made, a sentence; why it is left out, when it is
 */
record Figure(String name, Unit unit, List<Double> samples, String aim, String how) {
    static final String HEAD = """
            | figure | min | median | max | runs | aim |
            | --- | ---: | ---: | ---: | ---: | --- |
            """;

    Figure {
        samples = List.copyOf(samples);
    }

    /** Of figures with runs enough to speak of the rare ones. */
    static final String QUANTILES = """
            | figure | min | p50 | p99 | runs | aim |
            | --- | ---: | ---: | ---: | ---: | --- |
            """;

    enum Unit {
        SECONDS("s"),
        MEGABYTES("MB"),
        MEGABYTES_PER_SECOND("MB/s"),
        COUNT("");

        private final String sign;

        Unit(String sign) {
            this.sign = sign;
        }

        /** With as many digits as mean something. */
        String text(double value) {
            int decimals = this == SECONDS ? (Math.abs(value) < 10 ? 2 : 1) : value == Math.rint(value) ? 0 : 1;
            return String.format(Locale.ROOT, "%." + decimals + "f %s", value, sign)
                    .strip();
        }
    }

    static Figure seconds(String name, List<Double> samples, String how) {
        return new Figure(name, Unit.SECONDS, samples, "", how);
    }

    static Figure count(String name, List<Double> samples, String how) {
        return new Figure(name, Unit.COUNT, samples, "", how);
    }

    static Figure megabytes(String name, List<Double> samples, String how) {
        return new Figure(name, Unit.MEGABYTES, samples, "", how);
    }

    /** One that this cluster doesn't let us measure. */
    private static Figure leftOut(String name, String why) {
        return new Figure(name, Unit.COUNT, List.of(), "", why);
    }

    /** Itself, or left out where it can't be measured. */
    Figure only(boolean measured, String whyNot) {
        return measured ? this : leftOut(name, whyNot);
    }

    Figure aim(String words) {
        return new Figure(name, unit, samples, words, how);
    }

    double min() {
        return samples.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double max() {
        return samples.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** The middle one, or the mean of the two in the middle. */
    double median() {
        List<Double> sorted = samples.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** The sample below or at which this share of all lie, the nearest in rank. */
    double quantile(double share) {
        List<Double> sorted = samples.stream().sorted().toList();
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private String row(ToDoubleFunction<Figure> greatest) {
        List<String> cells = new ArrayList<>(List.of(name));
        if (samples.isEmpty()) {
            cells.addAll(List.of("left out", "", ""));
        } else {
            cells.addAll(List.of(unit.text(min()), unit.text(median()), unit.text(greatest.applyAsDouble(this))));
        }
        cells.addAll(List.of(String.valueOf(samples.size()), aim));
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** A table with a row for each figure, and below it how each is made. */
    static String table(List<Figure> figures) {
        return table(HEAD, figures, Figure::max);
    }

    /** The same, with the 99th percentile in place of the greatest. */
    static String quantiles(List<Figure> figures) {
        return table(QUANTILES, figures, figure -> figure.quantile(0.99));
    }

    private static String table(String head, List<Figure> figures, ToDoubleFunction<Figure> greatest) {
        String rows = figures.stream().map(figure -> figure.row(greatest)).collect(Collectors.joining());
        String made = figures.stream()
                .map(figure -> "- *%s*: %s%n".formatted(figure.name, figure.how))
                .collect(Collectors.joining());
        return head + rows + "\n" + made;
    }
}
