package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One primary and its read replicas, as a user wishes them to be. */
@Group(MySQLReplicationSet.GROUP)
@Version(MySQLReplicationSet.VERSION)
@Plural("mysqlreplicationsets")
@ShortNames("mrs")
@Categories("all")
@ValidationRule(
        value = NameRules.SET,
        message =
                "metadata.name must be at most 40 characters of a-z, 0-9 and -, begin with a letter and end with a letter"
                        + " or digit, since Services, pods and labels are named after it; choose another name")
@AdditionalPrinterColumn(name = "Primary", jsonPath = ".status.primary", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.ready", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "FailoverReady",
        jsonPath = ".status.conditions[?(@.type==\"FailoverReady\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Status",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.version", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Epoch",
        jsonPath = ".status.epoch",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class MySQLReplicationSet extends CustomResource<MySQLReplicationSetSpec, MySQLReplicationSetStatus>
        implements Namespaced {
    public static final String GROUP = "replicationset.dev";
    public static final String VERSION = "v1alpha1";
    public static final String KIND = "MySQLReplicationSet";

    /** The wish. */
    @Override
    @Required
    @JsonPropertyDescription("The wish: what the set shall be. The operator never writes it.")
    public MySQLReplicationSetSpec getSpec() {
        return super.getSpec();
    }

    /** The fact. */
    @Override
    @JsonPropertyDescription("The fact: what the set is, as the operator last saw it.")
    public MySQLReplicationSetStatus getStatus() {
        return super.getStatus();
    }

    @Override
    protected MySQLReplicationSetStatus initStatus() {
        return MySQLReplicationSetStatus.EMPTY;
    }
}
