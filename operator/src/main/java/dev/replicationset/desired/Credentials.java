package dev.replicationset.desired;

import dev.replicationset.api.Bootstrap;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Accounts.Login;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The passwords of a set, one Secret for each account. A Secret that exists is used as it is: of one that the user made
 * nothing but the label of the set is written, by which changes of it are seen; of one that the operator made the password is kept, whoever changed it.
 *
 * @param accounts what the Secrets say
 * @param secrets as they should be; without those that the user made
 */
public record Credentials(Accounts accounts, List<Secret> secrets) {
    static final String USERNAME = "username";
    static final String PASSWORD = "password";

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 24; // 142 bits

    private static final RandomGenerator NO_PASSWORDS = () -> {
        throw new IllegalStateException("no password is made here");
    };

    /** The Secrets that a set needs, whoever makes them. */
    public static List<String> secretNames(MySQLReplicationSet resource) {
        String set = resource.getMetadata().getName();
        Stream<String> always =
                Stream.of(Names.rootSecret(set), Names.operatorSecret(set), Names.replicationSecret(set));
        Stream<String> app = Stream.ofNullable(resource.getSpec().bootstrap()).map(bootstrap -> Names.appSecret(set));
        return Stream.concat(always, app).toList();
    }

    /**
     * @param existing the Secrets that exist, by name
     * @param random makes the passwords of those that don't
     * @throws InvalidSecretException when one that exists can't be used
     */
    public static Credentials of(MySQLReplicationSet resource, Map<String, Secret> existing, RandomGenerator random) {
        Owner owner = Owner.of(resource);
        MySQLReplicationSetSpec spec = resource.getSpec();
        List<Secret> secrets = new ArrayList<>();
        Login root = login(owner, Names.rootSecret(owner.set()), Names.ROOT_USER, existing, random, secrets);
        Login operator =
                login(owner, Names.operatorSecret(owner.set()), Names.OPERATOR_USER, existing, random, secrets);
        String replicationSecret = Names.replicationSecret(owner.set());
        Login replication =
                login(owner, replicationSecret, spec.replication().account().user(), existing, random, secrets);
        if (replication.password().getBytes(StandardCharsets.UTF_8).length
                > AccountStatements.MAX_REPLICATION_PASSWORD) {
            throw new InvalidSecretException(
                    replicationSecret,
                    "MySQL takes no replication password longer than " + AccountStatements.MAX_REPLICATION_PASSWORD
                            + " bytes; set a shorter one under the key " + PASSWORD);
        }
        Optional<Login> app = Optional.ofNullable(spec.bootstrap())
                .map(bootstrap -> app(owner, bootstrap, existing, random, secrets));
        return new Credentials(
                new Accounts(operator, replication, spec.replication().account().host(), root, app), secrets);
    }

    /**
     * What the Secrets say.
     *
     * @throws InvalidSecretException when one is missing or can't be used
     */
    public static Accounts existing(MySQLReplicationSet resource, Map<String, Secret> existing) {
        for (String name : secretNames(resource)) {
            if (!existing.containsKey(name)) {
                throw new InvalidSecretException(name, "is missing");
            }
        }
        return of(resource, existing, NO_PASSWORDS).accounts();
    }

    /** @throws InvalidSecretException when the operator's Secret is missing or can't be used */
    public static Login operator(String set, Optional<Secret> existing) {
        String name = Names.operatorSecret(set);
        Secret secret = existing.orElseThrow(() -> new InvalidSecretException(name, "is missing"));
        return read(name, Names.OPERATOR_USER, Map.of(name, secret)).orElseThrow();
    }

    /**
     * The statements that set the passwords, for mysqld to run at every start, and what the pod's own scripts log in with;
     * goes with the resource.
     */
    static Secret statements(Owner owner, Accounts accounts, Optional<Bootstrap> bootstrap) {
        String script = AccountStatements.script(accounts, bootstrap.map(Bootstrap::database));
        return new SecretBuilder()
                .withMetadata(owner.meta(Names.accountsSecret(owner.set())).build())
                .withType("Opaque")
                .withData(Map.of(
                        Files.ACCOUNTS,
                        encoded(script),
                        Files.LOCAL_CNF,
                        encoded(AccountStatements.client(accounts.root()))))
                .build();
    }

    private static Login login(
            Owner owner,
            String name,
            String user,
            Map<String, Secret> existing,
            RandomGenerator random,
            List<Secret> secrets) {
        Login login = read(name, user, existing).orElseGet(() -> new Login(user, password(random)));
        if (!madeByUser(existing, name)) {
            secrets.add(secret(owner, name, Map.of(USERNAME, user, PASSWORD, login.password())));
        }
        return login;
    }

    private static Login app(
            Owner owner,
            Bootstrap bootstrap,
            Map<String, Secret> existing,
            RandomGenerator random,
            List<Secret> secrets) {
        String name = Names.appSecret(owner.set());
        String user = bootstrap.owner();
        Login login = read(name, user, existing).orElseGet(() -> new Login(user, password(random)));
        if (!madeByUser(existing, name)) {
            String host = Names.primaryHost(owner.namespace(), owner.set());
            String endpoint = host + ":" + Names.MYSQL_PORT + "/" + bootstrap.database();
            Map<String, String> content = new TreeMap<>(Map.of(
                    USERNAME,
                    user,
                    PASSWORD,
                    login.password(),
                    "user",
                    user,
                    "host",
                    host,
                    "database",
                    bootstrap.database()));
            content.put("port", Integer.toString(Names.MYSQL_PORT));
            content.put("uri", "mysql://" + url(user) + ":" + url(login.password()) + "@" + endpoint);
            content.put(
                    "jdbc-uri",
                    "jdbc:mysql://" + endpoint + "?user=" + url(user) + "&password=" + url(login.password()));
            secrets.add(secret(owner, name, content));
        }
        return login;
    }

    private static Optional<Login> read(String name, String user, Map<String, Secret> existing) {
        return Optional.ofNullable(existing.get(name)).map(secret -> {
            Map<String, String> data = Optional.ofNullable(secret.getData()).orElse(Map.of());
            String password = decoded(name, PASSWORD, data);
            if (password.isEmpty()) {
                throw new InvalidSecretException(
                        name,
                        "has no key " + PASSWORD + ", or an empty one; set it, or delete the Secret to have one made");
            }
            if (password.chars().anyMatch(c -> c < ' ')) {
                throw new InvalidSecretException(
                        name, "the password holds a line break or another control character; was it made with echo?");
            }
            String username = decoded(name, USERNAME, data);
            if (madeByUser(existing, name) && !username.isEmpty() && !username.equals(user)) {
                throw new InvalidSecretException(
                        name, "the key " + USERNAME + " must be " + user + ", as the resource says, or left out");
            }
            return new Login(user, password);
        });
    }

    private static boolean madeByUser(Map<String, Secret> existing, String name) {
        return Optional.ofNullable(existing.get(name))
                .map(Secret::getMetadata)
                .map(ObjectMeta::getLabels)
                .map(labels -> !Names.OPERATOR.equals(labels.get(Labels.MANAGED_BY)))
                .orElse(existing.containsKey(name));
    }

    private static Secret secret(Owner owner, String name, Map<String, String> content) {
        Map<String, String> data = new TreeMap<>();
        content.forEach((key, value) -> data.put(key, encoded(value)));
        return new SecretBuilder()
                .withMetadata(owner.dataMeta(name, Labels.ofSet(owner.set())).build())
                .withType("Opaque")
                .withData(data)
                .build();
    }

    /** Letters and digits: no quoting is needed in SQL, shells and URLs. */
    private static String password(RandomGenerator random) {
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }

    private static String url(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String secret, String key, Map<String, String> data) {
        try {
            return new String(Base64.getDecoder().decode(data.getOrDefault(key, "")), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidSecretException(secret, "the key " + key + " is not base64");
        }
    }
}
