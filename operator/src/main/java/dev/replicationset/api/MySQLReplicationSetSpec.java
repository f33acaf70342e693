package dev.replicationset.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The wish. Absent parts are filled with their defaults when a resource is read, so that no reader meets a null where a
 * default exists.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.bootstrap) == has(oldSelf.bootstrap) && (!has(self.bootstrap) || self.bootstrap =="
                + " oldSelf.bootstrap)",
        message =
                "spec.bootstrap is fixed after creation: it is what a new set is made with; make further databases and"
                        + " accounts with SQL",
        fieldPath = ".bootstrap")
@ValidationRule(
        value = "!has(self.bootstrap) || self.replication.account.user != (has(self.bootstrap.owner) ?"
                + " self.bootstrap.owner : self.bootstrap.database)",
        message = "spec.bootstrap.owner is the account of spec.replication.account.user too; name one of the two"
                + " differently",
        fieldPath = ".bootstrap")
@ValidationRule(
        value = "!has(self.replication.durability) || self.replication.durability != 'Required' || self.replicas > 0",
        message =
                "spec.replication.durability Required needs a replica that writes wait for, and spec.replicas is 0; raise"
                        + " spec.replicas, or choose Preferred or Async",
        fieldPath = ".replication.durability")
@ValidationRule(
        value = "!has(self.replication.acksRequired) || self.replication.acksRequired <= self.replicas",
        message = "spec.replication.acksRequired is greater than spec.replicas, and so many could never acknowledge;"
                + " lower it or leave it out, or raise spec.replicas",
        fieldPath = ".replication.acksRequired")
public record MySQLReplicationSetSpec(
        @JsonPropertyDescription(
                "Image with mysqld and mysql on its PATH, MySQL 8.4 or newer. Default: " + DEFAULT_IMAGE + ".")
        @Default(DEFAULT_IMAGE)
        @Size(max = 1024)
        @ValidationRule(
                value = "self.matches('^[^[:space:]]+$')",
                message = "spec.image is empty or has a space in it; name an image such as " + DEFAULT_IMAGE
                        + ", or leave the field out")
        String image,

        @JsonPropertyDescription(
                "When a node pulls the image: Always, IfNotPresent or Never. Default: Always for the tag latest, else"
                        + " IfNotPresent.")
        @Nullable
        String imagePullPolicy,

        @JsonPropertyDescription("Secrets of this namespace with which nodes pull the image. Default: none.")
        List<LocalObjectReference> imagePullSecrets,

        @SpecReplicas
        @JsonPropertyDescription(
                "How many read replicas the set has beside its primary, 0 to 50; kubectl scale and autoscalers set this"
                        + " number. Default: 1.")
        @Default("1")
        @Min(0)
        @Max(50)
        Integer replicas,

        @Required @JsonPropertyDescription("The volume of each instance, and what becomes of it.")
        Storage storage,

        @JsonPropertyDescription(
                "Settings of mysqld as in the section [mysqld] of my.cnf, at most 100: names in lower case with"
                        + " underscores, values as text such as \"500\". Settings that the operator makes are refused."
                        + " Default: none.")
        @Default("{}")
        @Size(max = 100)
        @ValidationRule(
                value = MysqldRules.NOT_OPERATED,
                message = MysqldRules.NOT_OPERATED_MESSAGE,
                messageExpression = MysqldRules.NOT_OPERATED_NAMED)
        @ValidationRule(
                value = MysqldRules.NOT_DIVERGING,
                message = MysqldRules.NOT_DIVERGING_MESSAGE,
                messageExpression = MysqldRules.NOT_DIVERGING_NAMED)
        @ValidationRule(
                value = MysqldRules.NOT_POD,
                message = MysqldRules.NOT_POD_MESSAGE,
                messageExpression = MysqldRules.NOT_POD_NAMED)
        @ValidationRule(
                value = MysqldRules.SPELLED,
                message = MysqldRules.SPELLED_MESSAGE,
                messageExpression = MysqldRules.SPELLED_NAMED)
        @ValidationRule(
                value = MysqldRules.NOT_REMOVED,
                message = MysqldRules.NOT_REMOVED_MESSAGE,
                messageExpression = MysqldRules.NOT_REMOVED_NAMED)
        @ValidationRule(
                value = MysqldRules.LOOSE,
                message = MysqldRules.LOOSE_MESSAGE,
                messageExpression = MysqldRules.LOOSE_NAMED)
        @ValidationRule(value = MysqldRules.ONE_LINE, message = MysqldRules.ONE_LINE_MESSAGE)
        @ValidationRule(value = MysqldRules.NO_SECTION, message = MysqldRules.NO_SECTION_MESSAGE)
        @ValidationRule(value = MysqldRules.BORN_WITH_KEPT, message = MysqldRules.BORN_WITH_KEPT_MESSAGE)
        Map<String, String> mysqld,

        @JsonPropertyDescription("How replicas follow the primary.") @Default("{}")
        Replication replication,

        @JsonPropertyDescription(
                "What a new set holds at first: an empty database and the account that owns it. Fixed after creation."
                        + " Default: nothing.")
        @Nullable
        Bootstrap bootstrap,

        @JsonPropertyDescription("Which instances the read endpoint <set>-replicas leads to.") @Default("{}")
        Reads reads,

        @JsonPropertyDescription("What happens when the primary is lost.") @Default("{}")
        Failover failover,

        @JsonPropertyDescription("Settings of the pods that run the instances.")
        PodSettings pod,

        @JsonPropertyDescription(
                "Whether the operator holds back every act on this set and only reports. Default: false.")
        @Default("false")
        Boolean paused) {

    public static final String DEFAULT_IMAGE = "mysql:9.7";

    @SuppressWarnings("NullAway") // JSON may leave out any component; that is what this constructor mends.
    public MySQLReplicationSetSpec {
        image = image == null ? DEFAULT_IMAGE : image;
        imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
        replicas = replicas == null ? Integer.valueOf(1) : replicas;
        mysqld = mysqld == null ? Map.of() : Map.copyOf(mysqld);
        replication = replication == null ? Replication.DEFAULT : replication;
        reads = reads == null ? Reads.DEFAULT : reads;
        failover = failover == null ? Failover.DEFAULT : failover;
        pod = pod == null ? PodSettings.NONE : pod;
        paused = paused == null ? Boolean.FALSE : paused;
    }

    /** What an acknowledged write rests on: as wished, or what suits the number of replicas. */
    public Durability durability() {
        Durability wished = replication.durability();
        return wished != null ? wished : replicas >= 2 ? Durability.Required : Durability.Preferred;
    }

    /** How many instances the set has when it is complete: the primary and its replicas. */
    public int size() {
        return 1 + replicas;
    }
}
