package dev.replicationset.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Accounts.Login;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountStatementsTest {
    private static final Accounts ACCOUNTS = new Accounts(
            new Login("replicationset", "o'p"),
            new Login("repl", "re\\pl"),
            "10.%",
            new Login("root", "r"),
            Optional.of(new Login("owner", "secret of the owner")));

    @Test
    void scriptKeepsOutOfTheBinaryLogFromItsFirstStatement() {
        assertThat(AccountStatements.script(ACCOUNTS, Optional.of("my_app")).lines())
                .startsWith("SET SESSION sql_log_bin=0;", "SET SESSION sql_mode='';")
                .allMatch(line -> line.endsWith(";"))
                .contains("GRANT ALL ON `my\\_app`.* TO 'replicationset'@'%' WITH GRANT OPTION;")
                .contains("GRANT REPLICATION SLAVE ON *.* TO 'repl'@'10.%';")
                .noneMatch(line -> line.contains("secret of the owner"));
    }

    @Test
    void quotesWhatWouldEndALiteral() {
        assertThat(AccountStatements.script(ACCOUNTS, Optional.empty()))
                .contains("BY 'o''p' REQUIRE SSL")
                .contains("BY 're\\\\pl' REQUIRE SSL");
        assertThat(AccountStatements.literal("a\nb\r\0")).isEqualTo("'a\\nb\\r\\0'");
        assertThat(AccountStatements.identifier("a`b")).isEqualTo("`a``b`");
    }

    @Test
    void unlocksItsOwnAccounts() {
        assertThat(AccountStatements.script(ACCOUNTS, Optional.empty()).lines())
                .filteredOn(line -> line.startsWith("ALTER USER") && line.contains("ACCOUNT UNLOCK"))
                .hasSize(2)
                .noneMatch(line -> line.contains("root"));
    }

    @Test
    void asksNobodyForTlsOnTheLocalSocket() {
        assertThat(AccountStatements.script(ACCOUNTS, Optional.empty()).lines())
                .filteredOn(line -> line.startsWith("ALTER USER 'root'@'localhost'"))
                .singleElement()
                .asString()
                .doesNotContain("REQUIRE SSL");
    }
}
