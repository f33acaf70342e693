package dev.replicationset.crd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.desired.DesiredObjects;
import dev.replicationset.desired.Existing;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The settings that my.cnf says are the operator's, beside those that the API server refuses in spec.mysqld. */
class OwnedSettingsTest {
    private static final Pattern NAMES_IN_RULE = Pattern.compile("replace\\('-', '_'\\)[.]matches\\('([^']+)'\\)");
    private static final Pattern SETTING = Pattern.compile("(?m)^([a-z_]+)=");

    @Test
    void areAllRefused() {
        List<Pattern> refused = ResourceDefinition.property(
                        ResourceDefinition.property(
                                ResourceDefinition.generate().schema(), "spec"),
                        "mysqld")
                .getXKubernetesValidations()
                .stream()
                .flatMap(rule -> NAMES_IN_RULE.matcher(rule.getRule()).results())
                .map(names -> Pattern.compile(names.group(1)))
                .toList();

        assertThat(refused).hasSize(3);
        assertThat(ownedSettings())
                .hasSizeGreaterThan(20)
                .allSatisfy(setting -> assertThat(refused)
                        .as(setting)
                        .anyMatch(names -> names.matcher(setting).find()));
    }

    private static List<String> ownedSettings() {
        MySQLReplicationSet set = new KubernetesSerialization().unmarshal("""
                apiVersion: replicationset.dev/v1alpha1
                kind: MySQLReplicationSet
                metadata: {name: orders, namespace: shop, uid: 3e11fa47-71ca-11e1-9e33-c80aa9429562}
                spec: {storage: {size: 10Gi}}
                """, MySQLReplicationSet.class);
        set.setStatus(MySQLReplicationSetStatus.EMPTY.withInstances(
                List.of(InstanceStatus.member("orders-1", 1, InstanceRole.Primary))));
        var objects = DesiredObjects.of(set, Existing.NOTHING, new Random(1));
        String myCnf = objects.values().stream()
                .filter(ConfigMap.class::isInstance)
                .flatMap(config -> ((ConfigMap) config).getData().values().stream())
                .filter(text -> text.contains("[mysqld]"))
                .findFirst()
                .orElseThrow();
        String owned = myCnf.substring(myCnf.indexOf("Owned by the operator"));
        return SETTING.matcher(owned).results().map(setting -> setting.group(1)).toList();
    }
}
