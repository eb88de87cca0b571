package io.kurier.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// docs/transactions.md says what [TxnTable] says. With `-Dkurier.write=true` it is written anew.
class TxnPageTest {
    private static final Path PAGE = Path.of(System.getProperty("kurier.root", ".."), "docs", "transactions.md");
    private static final String BEGIN = "<!-- the table: made by TxnPageTest -->";

    @Test
    void thePageIsTheTable() throws IOException {
        String page = Files.readString(PAGE);
        int at = page.indexOf(BEGIN);
        assertThat(at).as("%s is missing", BEGIN).isNotNegative();
        String made = page.substring(0, at + BEGIN.length()) + "\n" + table();
        if (Boolean.getBoolean("kurier.write")) {
            Files.writeString(PAGE, made);
        }
        assertThat(page)
                .as("mvn -Dquick -pl coordinator -am test -Dtest=TxnPageTest -Dkurier.write=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false writes it")
                .isEqualTo(made);
    }

    private static String table() {
        StringBuilder text = new StringBuilder();
        for (TxnRequest request : TxnRequest.values()) {
            text.append("\n### ").append(request.shown()).append("\n\n");
            text.append("| state | who asks | answer | what changes |\n|---|---|---|---|\n");
            rows(request)
                    .forEach((answer, who) -> text.append("| ")
                            .append(answer.state())
                            .append(" | ")
                            .append(who)
                            .append(" | ")
                            .append(answer.answer().error())
                            .append(" | ")
                            .append(answer.answer().change())
                            .append(" |\n"));
        }
        return text.toString();
    }

    private record Row(String state, TxnAnswer answer) {}

    private static Map<Row, String> rows(TxnRequest request) {
        List<TxnTable.Case> cases = TxnTableTest.all().stream()
                .filter(of -> of.request() == request)
                .toList();
        return cases.stream()
                .collect(Collectors.groupingBy(
                        of -> new Row(
                                of.state() == null ? "unknown id" : of.state().shown(), TxnTable.answer(of)),
                        LinkedHashMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), of -> who(of, cases))));
    }

    /// Those who get this answer; what they have in common is left out.
    private static String who(List<TxnTable.Case> asking, List<TxnTable.Case> all) {
        return asking.stream()
                .map(of -> {
                    boolean same = all.stream()
                                    .filter(other -> other.state() == of.state()
                                            && other.relation() == of.relation()
                                            && other.repeated() == of.repeated())
                                    .map(TxnTable::answer)
                                    .distinct()
                                    .count()
                            == 1;
                    boolean repeats =
                            all.stream().anyMatch(other -> other.relation() == of.relation() && other.repeated());
                    return of.relation().shown()
                            + (of.repeated() ? ", asking again" : repeats ? ", not asking again" : "")
                            + (same ? "" : of.exhausted() ? ", epochs used up" : ", epochs left");
                })
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
