package dev.replicationset.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageTest {
    @Test
    void aChapterReplacesItsFormerSelfOnly() {
        String page = Page.with("", "IdleBench", "## Idle\nold");
        page = Page.with(page, "StartBench", "## Start\nfirst");
        page = Page.with(page, "IdleBench", "## Idle\nnew");

        assertThat(page).isEqualTo(Page.HEAD + """

                <!-- bench: StartBench -->
                ## Start
                first

                <!-- bench: IdleBench -->
                ## Idle
                new
                """);
    }

    @Test
    void figuresTellTheirSpreadAndHowTheyAreMade() {
        Figure start = Figure.seconds("start", List.of(12.34, 5.678, 7.0), "from apply on")
                .aim("under 15 s");
        Figure absent = Figure.seconds("kill", List.of(), "from the kill on").only(false, "not here");

        assertThat(Figure.table(List.of(start, absent))).isEqualTo("""
                | figure | min | median | max | runs | aim |
                | --- | ---: | ---: | ---: | ---: | --- |
                | start | 5.68 s | 7.00 s | 12.3 s | 3 | under 15 s |
                | kill | left out |  |  | 0 |  |

                - *start*: from apply on
                - *kill*: not here
                """);
    }

    @Test
    void ofManyRunsTheRareOnesAreTold() {
        List<Double> hundred =
                IntStream.rangeClosed(1, 100).mapToObj(Double::valueOf).toList();
        Figure many = Figure.count("many", hundred, "each a number");
        Figure few = Figure.count("few", List.of(3.0, 1.0, 2.0), "three of them");

        assertThat(Figure.quantiles(List.of(many, few))).isEqualTo("""
                | figure | min | p50 | p99 | runs | aim |
                | --- | ---: | ---: | ---: | ---: | --- |
                | many | 1 | 50.5 | 99 | 100 |  |
                | few | 1 | 2 | 3 | 3 |  |

                - *many*: each a number
                - *few*: three of them
                """);
    }
}
