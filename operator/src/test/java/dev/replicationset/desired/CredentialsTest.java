package dev.replicationset.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.topology.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private final MySQLReplicationSet resource = Golden.of("bootstrap").resource();

    CredentialsTest() throws IOException {}

    @Test
    void passwordsThatAreMadeAreLongAndNeedNoQuoting() {
        Credentials made = Credentials.of(resource, Map.of(), new Random(7));

        assertThat(List.of(
                        made.accounts().root().password(),
                        made.accounts().operator().password(),
                        made.accounts().replication().password(),
                        made.accounts().owner().orElseThrow().password()))
                .allMatch(password -> password.matches("[A-Za-z0-9]{24}"))
                .doesNotHaveDuplicates();
    }

    @Test
    void aSecretOfTheUserIsUsedAndNeverWrittenTo() {
        Map<String, Secret> existing = Map.of("orders-root", secret("orders-root", Map.of("password", "it's \\ mine")));

        Credentials credentials = Credentials.of(resource, existing, new Random(7));

        assertThat(credentials.accounts().root().password()).isEqualTo("it's \\ mine");
        assertThat(names(credentials)).containsExactly("orders-operator", "orders-replication", "orders-app");
    }

    @Test
    void thePasswordInASecretThatWasMadeHereIsKept() {
        Secret made = Credentials.of(resource, Map.of(), new Random(7)).secrets().stream()
                .filter(secret -> secret.getMetadata().getName().equals("orders-root"))
                .findFirst()
                .orElseThrow();

        Credentials later = Credentials.of(resource, Map.of("orders-root", made), new Random(8));

        assertThat(later.secrets()).contains(made);
    }

    @Test
    void anApplicationsPasswordIsEscapedInItsUris() {
        Secret made = new SecretBuilder(secret("orders-app", Map.of("password", "a/b c?d")))
                .editMetadata()
                .addToLabels(Labels.MANAGED_BY, Names.OPERATOR)
                .endMetadata()
                .build();

        Secret app = Credentials.of(resource, Map.of("orders-app", made), new Random(7)).secrets().stream()
                .filter(secret -> secret.getMetadata().getName().equals("orders-app"))
                .findFirst()
                .orElseThrow();

        assertThat(text(app, "uri")).isEqualTo("mysql://app:a%2Fb%20c%3Fd@orders-primary.shop.svc:3306/dev");
        assertThat(text(app, "jdbc-uri"))
                .isEqualTo("jdbc:mysql://orders-primary.shop.svc:3306/dev?user=app&password=a%2Fb%20c%3Fd");
    }

    @Test
    void theStatementsForMysqldHoldAnyPassword() {
        Map<String, Secret> existing = Map.of("orders-root", secret("orders-root", Map.of("password", "it's \\ mine")));

        Map<ObjectRef, HasMetadata> objects =
                DesiredObjects.of(resource, new Existing(existing, Map.of()), new Random(7));

        assertThat(text(
                        (Secret) Objects.requireNonNull(objects.get(new ObjectRef("Secret", "orders-accounts"))),
                        "accounts.sql"))
                .startsWith("SET SESSION sql_log_bin=0;\n")
                .containsPattern("ALTER USER 'root'@'localhost' IDENTIFIED .* 'it''s \\\\\\\\ mine'");
    }

    @Test
    void aSecretThatCannotBeUsedIsNamedWithTheWayOut() {
        assertRefused("orders-root", Map.of("pass", "x"), "Secret orders-root: has no key password");
        assertRefused("orders-root", Map.of("password", ""), "or an empty one; set it, or delete the Secret");
        assertRefused("orders-app", Map.of("password", "x\n"), "Secret orders-app: the password holds a line break");
        assertRefused("orders-operator", Map.of("username", "me", "password", "x"), "must be replicationset");
        assertRefused(
                "orders-replication", Map.of("password", "x".repeat(33)), "no replication password longer than 32");
    }

    @Test
    void accountsAreOnlyReadWhenAllAreThere() {
        assertThatThrownBy(() -> Credentials.existing(resource, Map.of()))
                .isInstanceOf(InvalidSecretException.class)
                .hasMessage("Secret orders-root: is missing");
    }

    private void assertRefused(String name, Map<String, String> content, String words) {
        assertThatThrownBy(() -> Credentials.of(resource, Map.of(name, secret(name, content)), new Random(7)))
                .isInstanceOf(InvalidSecretException.class)
                .hasMessageContaining(words);
    }

    private static List<String> names(Credentials credentials) {
        return credentials.secrets().stream()
                .map(secret -> secret.getMetadata().getName())
                .toList();
    }

    private static String text(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().getOrDefault(key, "")), StandardCharsets.UTF_8);
    }

    static Secret secret(String name, Map<String, String> content) {
        Map<String, String> data = new HashMap<>();
        content.forEach((key, value) ->
                data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .endMetadata()
                .withData(data)
                .build();
    }
}
