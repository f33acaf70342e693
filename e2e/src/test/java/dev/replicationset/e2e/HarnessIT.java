package dev.replicationset.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tests' own tools tell the truth; shown on a single mysqld that no operator looks after. */
@EndToEnd(operator = false)
class HarnessIT {
    private static final String BARE = """
            apiVersion: v1
            kind: Secret
            metadata: {name: bare-app}
            stringData: {username: app, password: not-a-secret, database: app}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: bare-primary}
            spec:
              selector: {app: bare}
              ports: [{name: mysql, port: 3306}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: bare-1-0, labels: {app: bare}}
            spec:
              terminationGracePeriodSeconds: 0
              securityContext:
                runAsNonRoot: true
                runAsUser: 999
                fsGroup: 999
                seccompProfile: {type: RuntimeDefault}
              volumes: [{name: data, emptyDir: {}}]
              containers:
                - name: mysqld
                  image: mysql:9.7
                  command:
                    - bash
                    - -ec
                    - |
                      arguments="--no-defaults --datadir=/data/mysql --socket=/data/s --pid-file=/data/p --mysqlx=OFF \\
                        --lc-messages-dir=/usr/share/mysql --innodb-buffer-pool-size=32M --skip-name-resolve"
                      if [ ! -e /data/done ]; then
                        echo "CREATE DATABASE app; CREATE USER app IDENTIFIED BY 'not-a-secret'; GRANT ALL ON app.* TO app;" >/data/init
                        rm -rf /data/mysql
                        mysqld $arguments --initialize-insecure --init-file=/data/init
                        touch /data/done
                      fi
                      exec mysqld $arguments
                  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                  volumeMounts: [{name: data, mountPath: /data}]
                  readinessProbe: {tcpSocket: {port: 3306}, periodSeconds: 1}
            """;

    private final TestNamespace namespace;

    HarnessIT(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeEach
    void startServer() {
        namespace
                .client()
                .load(new ByteArrayInputStream(BARE.getBytes(StandardCharsets.UTF_8)))
                .create();
        namespace.kubectl("wait", "pod/bare-1-0", "--for=condition=Ready", "--timeout=60s");
    }

    @Test
    void writersOutliveAKilledServer() throws SQLException {
        try (Writers writers = namespace.writers("bare", 3)) {
            namespace.cluster().faults().kill(namespace.pod("bare-1"));
            writers.awaitProgress(Duration.ofSeconds(30));
            writers.assertNothingLost();
            assertThat(writers.acknowledged()).isGreaterThan(3);
            assertThat(writers.longestGap()).isGreaterThan(Duration.ofMillis(500));
        }
    }

    @Test
    void writersMissALostRowAndAForeignOne() throws SQLException {
        try (Writers writers = namespace.writers("bare", 2);
                Session session = namespace.mysql().primary("bare")) {
            writers.stop();
            session.execute("DELETE FROM writes WHERE writer = 1 AND number = 0");
            assertThatThrownBy(writers::assertNothingLost)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("rows of client 1 that were acknowledged and are lost");

            session.execute("INSERT INTO writes (writer, number) VALUES (1, 0), (0, 1000000)");
            assertThatThrownBy(writers::assertNothingLost)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("rows of client 0 that it never wrote");
        }
    }

    @Test
    void frozenServersDontAnswerAndThawedOnesDo() throws SQLException {
        try (Session session = namespace.mysql().instance("bare", "bare-1")) {
            assertThat(session.number("SELECT 1")).isEqualTo(1);
        }
        Faults faults = namespace.cluster().faults();
        faults.freeze(namespace.pod("bare-1"));
        try {
            assertThatThrownBy(() -> namespace.mysql().primary("bare")).isInstanceOf(SQLException.class);
        } finally {
            faults.thaw(namespace.pod("bare-1"));
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> {
                    try (Session session = namespace.mysql().primary("bare")) {
                        return session.number("SELECT 1") == 1;
                    }
                });
    }
}
